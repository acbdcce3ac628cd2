//! Over TLS, with a certificate authority of one's own.

use std::sync::Arc;

use rustls::pki_types::{CertificateDer, PrivateKeyDer, pem::PemObject};
use tokio::net::{TcpListener, TcpStream};
use tokio_rustls::TlsAcceptor;

use super::*;

fn file(name: &str) -> std::path::PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/integration/azure_tls").join(name)
}

/// Ends TLS before a server, as a gateway does; gives its port.
async fn gateway(to: String) -> u16 {
    let chain = CertificateDer::pem_file_iter(file("localhost.pem")).unwrap();
    let chain = chain.collect::<Result<Vec<_>, _>>().unwrap();
    let key = PrivateKeyDer::from_pem_file(file("localhost.key")).unwrap();
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = rustls::ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(chain, key)
        .unwrap();
    let acceptor = TlsAcceptor::from(Arc::new(config));
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    tokio::spawn(async move {
        loop {
            let (socket, _) = listener.accept().await.unwrap();
            let (acceptor, to) = (acceptor.clone(), to.clone());
            tokio::spawn(async move {
                let Ok(mut inside) = acceptor.accept(socket).await else { return };
                let mut outside = TcpStream::connect(to).await.unwrap();
                let _ = tokio::io::copy_bidirectional(&mut inside, &mut outside).await;
            });
        }
    });
    port
}

#[tokio::test]
async fn a_server_behind_tls_is_spoken_with_when_its_authority_is_trusted() {
    let service = Service::start().await;
    let dir = tempfile::tempdir().unwrap();
    let port = gateway(service.url().trim_start_matches("http://").to_owned()).await;
    for scheme in ["https", "wss"] {
        service.says(Script::answer("Over TLS."));
        let mut trusting = chat(dir.path(), &format!("{scheme}://localhost:{port}"));
        trusting.arg("--ca-file").arg(file("ca.pem"));
        let text = done(&run_with_input(trusting, "Well?\n/threads\n").await);
        assert!(text.contains("Over TLS.") && text.contains("1*  Well?"), "{text}");
    }
    let distrusting = chat(dir.path(), &format!("https://localhost:{port}"));
    let output = run_with_input(distrusting, "Well?\n").await;
    assert_eq!(output.status.code(), Some(1), "{}", out(&output));
    service.end().await;
}
