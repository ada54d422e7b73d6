//! What went wrong with a request, as a status code and a line that says what to do.

use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Serialize;

/// A request that cannot be answered.
#[derive(Debug)]
pub(super) struct Failure {
    status: StatusCode,
    /// For programs: what kind of failure.
    code: &'static str,
    /// For people.
    message: String,
}

#[derive(Serialize)]
struct Body<'a> {
    error: Told<'a>,
}

#[derive(Serialize)]
struct Told<'a> {
    code: &'static str,
    message: &'a str,
}

impl Failure {
    pub(super) fn new(status: StatusCode, code: &'static str, message: impl Into<String>) -> Self {
        Self {
            status,
            code,
            message: message.into(),
        }
    }

    /// What to tell people.
    pub(super) fn into_message(self) -> String {
        self.message
    }

    /// The request is not what the API describes.
    pub(super) fn bad_request(message: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, "bad_request", message)
    }

    /// The request is well formed and asks for what cannot be.
    pub(super) fn unusable(message: impl Into<String>) -> Self {
        Self::new(StatusCode::UNPROCESSABLE_ENTITY, "unusable", message)
    }

    pub(super) fn not_found(message: impl Into<String>) -> Self {
        Self::new(StatusCode::NOT_FOUND, "not_found", message)
    }

    pub(super) fn busy() -> Self {
        Self::new(
            StatusCode::SERVICE_UNAVAILABLE,
            "busy",
            "too many people ask at the same time; ask again in a moment",
        )
    }

    pub(super) fn too_slow() -> Self {
        Self::new(
            StatusCode::GATEWAY_TIMEOUT,
            "too_slow",
            "no answer within the time limit; send a shorter article, or start the server with a higher `--time-limit`",
        )
    }

    /// Something inside failed; the line goes to the client too, who is usually the one who runs the server.
    pub(super) fn inside(message: impl Into<String>) -> Self {
        Self::new(StatusCode::INTERNAL_SERVER_ERROR, "internal", message)
    }
}

impl From<wirecopy::Error> for Failure {
    fn from(error: wirecopy::Error) -> Self {
        use std::error::Error as _;
        match error {
            wirecopy::Error::Interrupted => Self::too_slow(),
            error => {
                let cause = error.source().map(|cause| format!(": {cause}"));
                Self::inside(format!("{error}{}", cause.unwrap_or_default()))
            }
        }
    }
}

impl IntoResponse for Failure {
    fn into_response(self) -> Response {
        let body = Body {
            error: Told {
                code: self.code,
                message: &self.message,
            },
        };
        let mut response = (self.status, axum::Json(body)).into_response();
        let headers = response.headers_mut();
        if self.status == StatusCode::SERVICE_UNAVAILABLE {
            headers.insert(header::RETRY_AFTER, HeaderValue::from_static("1"));
        }
        if self.status == StatusCode::UNAUTHORIZED {
            headers.insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
        }
        response
    }
}
