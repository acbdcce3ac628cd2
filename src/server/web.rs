//! Stub.
/// Stub.
pub fn routes() -> axum::Router {
    axum::Router::new()
}
