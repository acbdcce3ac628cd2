//! Azure that answers at once: it asks the sample estate each thing once and then repeats the
//! answer, so that a run beside it shows the product's own time and not the estate's.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
};

use axum::{
    Router,
    body::Bytes,
    extract::State,
    http::{HeaderMap, Method, StatusCode, Uri},
    response::{IntoResponse, Response},
};

use crate::{Failure, chat::http};

/// The path that gives the number of requests that the estate had to answer.
pub(crate) const ASKED: &str = "/bench/asked";

#[derive(Clone)]
struct Shared {
    http: reqwest::Client,
    estate: String,
    known: Arc<Mutex<HashMap<Question, Answer>>>,
}

/// Method, path with query, body.
type Question = (Method, String, Bytes);
type Answer = (StatusCode, HeaderMap, Bytes);

/// Serves until the process is ended.
pub(crate) fn serve(estate: &str) -> Result<(), Failure> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    runtime.block_on(async {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await?;
        println!("listening on http://{}", listener.local_addr()?);
        let listener = axum::serve::ListenerExt::tap_io(listener, |stream| {
            let _ = stream.set_nodelay(true);
        });
        let known = Arc::default();
        let shared = Shared { http: http()?, estate: estate.to_owned(), known };
        axum::serve(listener, Router::new().fallback(repeat).with_state(shared)).await?;
        Ok(())
    })
}

async fn repeat(
    State(shared): State<Shared>,
    method: Method,
    uri: Uri,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let path = uri.path_and_query().map_or("/", |path| path.as_str());
    let known = |shared: &Shared| shared.known.lock().unwrap_or_else(PoisonError::into_inner).len();
    if path == ASKED {
        return known(&shared).to_string().into_response();
    }
    let question = (method, path.to_owned(), body);
    let answer =
        shared.known.lock().unwrap_or_else(PoisonError::into_inner).get(&question).cloned();
    if let Some(answer) = answer {
        return answer.into_response();
    }
    match ask(&shared, &question, &headers).await {
        Ok(answer) => {
            let mut known = shared.known.lock().unwrap_or_else(PoisonError::into_inner);
            known.insert(question, answer.clone());
            answer.into_response()
        }
        Err(error) => (StatusCode::BAD_GATEWAY, error.to_string()).into_response(),
    }
}

async fn ask(shared: &Shared, question: &Question, headers: &HeaderMap) -> Result<Answer, Failure> {
    let (method, path, body) = question;
    let mut request = shared.http.request(method.clone(), format!("{}{path}", shared.estate));
    for name in ["authorization", "content-type"] {
        if let Some(value) = headers.get(name) {
            request = request.header(name, value);
        }
    }
    let answer = request.body(body.clone()).send().await?;
    let (status, mut headers) = (answer.status(), answer.headers().clone());
    for name in ["content-length", "transfer-encoding", "connection", "date"] {
        headers.remove(name);
    }
    Ok((status, headers, answer.bytes().await?))
}
