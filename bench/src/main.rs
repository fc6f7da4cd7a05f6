//! Measures Behalf beside its limits and floors, all in one run on one machine. `./bench` at the project's root builds
//! everything and calls `bench all`; every other command is one part of it.

mod backend;
mod floor;
mod load;
mod process;
mod sign;
mod upstream;

type Failure = Box<dyn std::error::Error + Send + Sync>;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Failure> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match words.as_slice() {
        ["floor", algorithm, rows] => floor::serve(algorithm, rows.parse()?).await,
        ["backend"] => backend::serve().await,
        ["try", pid, port] => {
            let plan = load::Plan {
                address: format!("127.0.0.1:{port}").parse()?,
                connections: 32,
                duration: std::time::Duration::from_secs(3),
                rate: None,
            };
            let _ = pid;
            let out = load::run(&plan, |_| {
                load::Same(
                    load::post_form(
                        "/token",
                        &[
                            ("grant_type", "client_credentials"),
                            ("client_id", "x"),
                            ("client_secret", floor::CLIENT_SECRET),
                        ],
                    )
                    .into(),
                )
            })
            .await?;
            println!("{out:?}");
            Ok(())
        }
        ["sign"] => {
            println!(
                "{} {}",
                sign::rate(
                    behalf_wire::jose::JwsAlg::RS256,
                    behalf_wire::jose::KeyKind::Rsa2048,
                    2
                )?,
                sign::rate(
                    behalf_wire::jose::JwsAlg::ES256,
                    behalf_wire::jose::KeyKind::P256,
                    2
                )?
            );
            Ok(())
        }
        _ => Err("see bench/README.md".into()),
    }
}
