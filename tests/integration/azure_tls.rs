//! TLS with a certificate authority of one's own, and proxies.
//!
//! `azure_tls/` holds a throw-away authority's certificate, and a certificate with its key for
//! `localhost` and `management.azure.com`, made for these tests only.

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::Arc;
use std::thread::JoinHandle;

use opscopilot::azure::credential::CredentialChoice;
use opscopilot::azure::http::ProxyChoice;
use opscopilot::azure::{ArmClient, ArmError, Cloud, Credential, Http, HttpSettings, Secret};
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use serde_json::{Value, json as j};

use crate::azure_server::{Server, get, json, quick};

fn file(name: &str) -> std::path::PathBuf {
    std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/integration/azure_tls").join(name)
}

fn read_head(stream: &mut impl Read) -> String {
    let mut head = Vec::new();
    let mut byte = [0];
    while !head.ends_with(b"\r\n\r\n") && matches!(stream.read(&mut byte), Ok(1)) {
        head.push(byte[0]);
    }
    String::from_utf8(head).unwrap()
}

/// Speaks TLS on `socket`, answers one request with `{}` and returns its head.
fn answer_over_tls(socket: TcpStream) -> String {
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
    let connection = rustls::ServerConnection::new(Arc::new(config)).unwrap();
    let mut stream = rustls::StreamOwned::new(connection, socket);
    let head = read_head(&mut stream);
    let _ =
        stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\nconnection: close\r\n\r\n{}");
    head
}

/// Runs `serve` on the first connection to a new port.
fn listen<T: Send + 'static>(serve: fn(TcpStream) -> T) -> (u16, JoinHandle<T>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    (port, std::thread::spawn(move || serve(listener.accept().unwrap().0)))
}

async fn read(cloud: &Cloud, settings: HttpSettings) -> Result<Value, ArmError> {
    let http = Http::new(&settings).unwrap();
    let token = CredentialChoice::Token(Secret::from("explicit"));
    let credential = Credential::for_cloud(cloud, token, &http).unwrap();
    let mut client = quick();
    client.retry.max_attempts = 1;
    let client = ArmClient::new(cloud, credential, http, client)?;
    client.reader().get(&get("/subscriptions/a")).await
}

fn trusting(proxy: ProxyChoice) -> HttpSettings {
    HttpSettings { proxy, ca_file: Some(file("ca.pem")) }
}

#[tokio::test]
async fn a_ca_file_makes_an_endpoint_trusted() {
    let (port, served) = listen(answer_over_tls);
    let cloud = Cloud::custom(&format!("https://localhost:{port}"), None).unwrap();
    assert_eq!(read(&cloud, trusting(ProxyChoice::System)).await.unwrap(), j!({}));
    let head = served.join().unwrap().to_ascii_lowercase();
    assert!(head.contains("authorization: bearer explicit"), "{head}");
}

#[tokio::test]
async fn without_it_the_endpoint_gets_no_token() {
    let (port, served) = listen(answer_over_tls);
    let cloud = Cloud::custom(&format!("https://localhost:{port}"), None).unwrap();
    let error = read(&cloud, HttpSettings::default()).await.unwrap_err();
    assert!(matches!(error, ArmError::Unreachable { .. } | ArmError::Http(_)), "{error:?}");
    if let ArmError::Http(_) = error {
        // A machine without any CA certificates never got as far as connecting.
        drop(TcpStream::connect(("127.0.0.1", port)));
    }
    assert_eq!(served.join().unwrap(), "");
}

#[tokio::test]
async fn a_proxy_leads_to_azure_and_sees_no_token() {
    let (port, served) = listen(|mut socket| {
        let connect = read_head(&mut socket);
        socket.write_all(b"HTTP/1.1 200 OK\r\n\r\n").unwrap();
        (connect, answer_over_tls(socket))
    });
    let proxy = ProxyChoice::Url(format!("http://127.0.0.1:{port}"));
    assert_eq!(read(&Cloud::Public, trusting(proxy)).await.unwrap(), j!({}));
    let (connect, inside) = served.join().unwrap();
    assert!(connect.starts_with("CONNECT management.azure.com:443 "), "{connect}");
    assert!(!connect.to_ascii_lowercase().contains("bearer"), "{connect}");
    assert!(inside.to_ascii_lowercase().contains("authorization: bearer explicit"), "{inside}");
}

#[tokio::test]
async fn loopback_is_never_proxied() {
    let proxy = Server::start(|_, _| json(200, &j!("from the proxy"))).await;
    let server = Server::start(|_, _| json(200, &j!("direct"))).await;
    let cloud = Cloud::custom(&server.url, None).unwrap();
    let settings = HttpSettings { proxy: ProxyChoice::Url(proxy.url.clone()), ca_file: None };
    assert_eq!(read(&cloud, settings).await.unwrap(), j!("direct"));
    assert_eq!(proxy.count(), 0);
}
