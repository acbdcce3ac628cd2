//! Any OpenAI-compatible endpoint.
