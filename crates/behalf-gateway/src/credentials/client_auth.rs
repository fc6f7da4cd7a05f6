//! How the gateway proves itself at a token endpoint: secret in the form or as Basic (RFC 6749 section 2.3.1), or a signed
//! assertion (RFC 7523 section 2.2) in the shape Entra expects of a certificate.

use super::token_request::Form;
use super::{Asking, basic, secrets};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use behalf_model::fault::SECRET_MISSING;
use behalf_model::profile::AuthStyle;
use behalf_model::{Fault, Secret};
use behalf_wire::jose::jws::{HeaderExtras, sign_compact};
use behalf_wire::jose::{Certificate, JwsAlg, SigningKey};
use http::HeaderValue;
use serde_json::json;

const ASSERTION_TYPE: &str = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";
/// Life of a client assertion: used at once, so only as long as two clocks may differ.
const ASSERTION_LIFE_S: i64 = 300;

/// What proves the client. Kept by the caller as well, to keep it out of whatever the endpoint answers.
pub(super) struct Proof {
    pub authorization: Option<HeaderValue>,
    pub secret: Option<Secret>,
}

/// Adds `client_id` and the proof to the form, or makes the header. Errors: `SECRET_MISSING`.
pub(super) async fn add(
    asking: Asking<'_>,
    form: &mut Form<'_>,
    endpoint: &str,
) -> Result<Proof, Fault> {
    let profile = &asking.route.profile;
    let client_id = profile.oauth_client_id.as_deref().unwrap_or_default();
    if let Some(reference) = &profile.oauth_client_certificate {
        let pem = secrets::open(asking.gateway, profile, Some(reference)).await?;
        let assertion = client_assertion(asking, &pem, client_id, endpoint)?;
        form.put("client_id", client_id);
        form.put("client_assertion_type", ASSERTION_TYPE);
        form.put("client_assertion", assertion.expose());
        return Ok(Proof {
            authorization: None,
            secret: None,
        });
    }
    let secret = secrets::open(
        asking.gateway,
        profile,
        profile.oauth_client_secret.as_ref(),
    )
    .await?;
    if profile.oauth_auth_style == AuthStyle::Basic {
        let encoded =
            |text: &str| form_urlencoded::byte_serialize(text.as_bytes()).collect::<String>();
        let password = Secret::new(encoded(secret.expose()));
        let authorization = Some(basic::header_value(&encoded(client_id), &password)?);
        return Ok(Proof {
            authorization,
            secret: Some(secret),
        });
    }
    form.put("client_id", client_id);
    form.put("client_secret", secret.expose());
    Ok(Proof {
        authorization: None,
        secret: Some(secret),
    })
}

/// PS256 with `x5t#S256`, one audience (entra.md, section 2).
fn client_assertion(
    asking: Asking<'_>,
    pem: &Secret,
    client_id: &str,
    endpoint: &str,
) -> Result<Secret, Fault> {
    let unfit = |why: &dyn std::fmt::Display| {
        SECRET_MISSING
            .with("The client certificate is not a PEM text with a private key (PKCS#8, RSA) and a certificate.")
            .fact("profile", &asking.route.profile.name)
            .because(why)
    };
    let certificate = Certificate::from_pem(pem.expose()).map_err(|e| unfit(&e))?;
    let der = private_key(pem.expose()).ok_or_else(|| unfit(&"no block PRIVATE KEY"))?;
    let thumbprint = certificate.x5t_s256();
    let key = SigningKey::from_pkcs8(JwsAlg::PS256, Some(thumbprint.clone()), &der)
        .map_err(|e| unfit(&e))?;
    let now = asking.now.0;
    let claims = json!({
        "aud": endpoint, "iss": client_id, "sub": client_id,
        "jti": asking.gateway.env.uuid().to_string(),
        "nbf": now, "iat": now, "exp": now + ASSERTION_LIFE_S,
    });
    let extras = HeaderExtras {
        typ: Some("JWT"),
        x5t_s256: Some(&thumbprint),
        ..HeaderExtras::default()
    };
    let compact =
        sign_compact(&extras, claims.to_string().as_bytes(), &key).map_err(|e| unfit(&e))?;
    Ok(Secret::new(compact))
}

fn private_key(pem: &str) -> Option<Vec<u8>> {
    let (_, rest) = pem.split_once("-----BEGIN PRIVATE KEY-----")?;
    let (body, _) = rest.split_once("-----END PRIVATE KEY-----")?;
    let body: String = body.split_ascii_whitespace().collect();
    STANDARD.decode(body).ok()
}
