use crate::issuer::Issuer;
use http::StatusCode;
use serde_json::{Value, json};
use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};

/// Far away: these tests run against the real clock.
const YEAR_2100_S: i64 = 4_102_444_800;

struct Program {
    process: Child,
    url: String,
}

impl Program {
    fn start(issuer: &Issuer) -> Self {
        let mut process = Command::new(env!("CARGO_BIN_EXE_order-system"))
            .args([
                "--listen",
                "127.0.0.1:0",
                "--issuer",
                &issuer.name,
                "--audience",
                "order-system",
            ])
            .arg("--audience=api://ometa.order.system")
            .arg("--tls-cert")
            .arg(issuer.file("cert.pem"))
            .arg("--tls-key")
            .arg(issuer.file("key.pem"))
            .arg("--ca")
            .arg(issuer.file("ca.pem"))
            .arg("--db")
            .arg(issuer.file("orders.db"))
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut line = String::new();
        BufReader::new(process.stdout.take().unwrap())
            .read_line(&mut line)
            .unwrap();
        let url = line
            .trim()
            .strip_prefix("order-system is ready at ")
            .unwrap()
            .to_owned();
        Self { process, url }
    }

    fn orders(&self) -> String {
        format!("{}/orders", self.url)
    }
}

impl Drop for Program {
    /// Killed, not asked: what was acknowledged must be there all the same.
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

fn claims() -> Value {
    json!({
        "aud": "order-system", "exp": YEAR_2100_S, "nbf": 0, "oid": "alice-oid", "azp": "gateway",
        "name": "Alice", "scp": "order.read order.write order.delete",
    })
}

#[tokio::test(flavor = "multi_thread")]
async fn an_acknowledged_order_survives_the_end_of_the_process() {
    let issuer = Issuer::start().await;
    let token = issuer.token(&claims());
    let program = Program::start(&issuer);
    let seed = r#"{ "CustomerId": "C-1", "Order Reference": "Desk" }"#;
    let (status, made) = issuer.send("POST", program.orders(), &token, seed).await;
    assert_eq!(
        (status, &made["id"]),
        (StatusCode::CREATED, &json!("1")),
        "{made}"
    );
    assert_eq!(
        made["createdBy"],
        json!({"id": "alice-oid", "name": "Alice", "via": "gateway"})
    );
    drop(program);

    let program = Program::start(&issuer);
    let (status, read) = issuer
        .send("GET", format!("{}/1", program.orders()), &token, "")
        .await;
    assert_eq!((status, read), (StatusCode::OK, made));
}

#[tokio::test(flavor = "multi_thread")]
async fn expired_and_foreign_tokens_are_refused_over_the_wire() {
    let issuer = Issuer::start().await;
    let program = Program::start(&issuer);
    let mut expired = claims();
    expired["exp"] = 1.into();
    let (status, problem) = issuer
        .send("GET", program.orders(), &issuer.token(&expired), "")
        .await;
    assert_eq!(
        (status, problem["detail"].as_str().unwrap()),
        (
            StatusCode::UNAUTHORIZED,
            "The access token is not valid: expired at 1."
        )
    );

    let other = Issuer::start().await;
    let (status, problem) = issuer
        .send("GET", program.orders(), &other.token(&claims()), "")
        .await;
    let untrusted = "The access token is not valid: the issuer is not trusted here.";
    assert_eq!(
        (status, problem["detail"].as_str().unwrap()),
        (StatusCode::UNAUTHORIZED, untrusted)
    );
}

#[test]
fn a_wrong_command_line_says_what_is_missing() {
    let output = Command::new(env!("CARGO_BIN_EXE_order-system"))
        .args(["--http", "--audience", "x"])
        .output()
        .unwrap();
    assert!(!output.status.success());
    assert!(String::from_utf8_lossy(&output.stderr).contains("--issuer"));
}
