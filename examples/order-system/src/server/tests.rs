use super::*;
use tokio::io::{AsyncReadExt, AsyncWriteExt};

#[tokio::test(start_paused = true)]
async fn a_client_that_says_nothing_or_only_half_is_let_go() {
    let server = Server::bind(([127, 0, 0, 1], 0).into(), None)
        .await
        .unwrap();
    let address = server.address;
    tokio::spawn(server.run(Router::new()));
    for words in ["", "G", "GET / HTTP/1.1\r\nhost: x\r\n"] {
        let mut client = TcpStream::connect(address).await.unwrap();
        client.write_all(words.as_bytes()).await.unwrap();
        let mut answer = Vec::new();
        // The paused clock runs ahead as soon as everybody waits: the server's patience is the only way out.
        let _ = client.read_to_end(&mut answer).await;
        assert!(!answer.starts_with(b"HTTP/1.1 200"), "{words:?}");
    }
}
