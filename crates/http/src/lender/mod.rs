use utoipa_axum::router::OpenApiRouter;

use crate::router::Api;

pub fn routes() -> OpenApiRouter<Api> {
    OpenApiRouter::new()
}
