//! Making high-trust tokens.

use serde::Serialize;
use x509_parser::pem::Pem;

use crate::acs::{Host, NameError, PrincipalName, SHAREPOINT_PRINCIPAL, jwt};
use crate::jose::{Certificate, JoseError, JwsAlg, SigningKey};

/// A certificate with its private key.
#[derive(Debug, Clone)]
pub struct HighTrustKey {
    certificate: Certificate,
    key: SigningKey,
}

impl HighTrustKey {
    /// Errors: [`JoseError::KeyInvalid`] when the key is not the certificate's, [`JoseError::KeyNotOffered`] for
    /// another kind than RSA.
    pub fn new(certificate: Certificate, pkcs8: &[u8]) -> Result<Self, JoseError> {
        let key = SigningKey::from_pkcs8(JwsAlg::RS256, None, pkcs8)?;
        if key.verifying_key().public_key() != Some(certificate.public_key()) {
            return Err(JoseError::KeyInvalid(
                "the private key does not belong to the certificate",
            ));
        }
        Ok(Self { certificate, key })
    }

    /// From PEM text with a block `CERTIFICATE` and PEM text with a block `PRIVATE KEY` (PKCS#8, not encrypted).
    pub fn from_pem(certificate: &str, private_key: &str) -> Result<Self, JoseError> {
        let block = Pem::iter_from_buffer(private_key.as_bytes())
            .filter_map(Result::ok)
            .find(|block| block.label == "PRIVATE KEY")
            .ok_or(JoseError::KeyInvalid(
                "there is no block PRIVATE KEY (PKCS#8, not encrypted) in the PEM text",
            ))?;
        Self::new(Certificate::from_pem(certificate)?, &block.contents)
    }

    pub fn certificate(&self) -> &Certificate {
        &self.certificate
    }
}

/// The signed token: which app calls. Alone it is an app-only access token.
#[derive(Debug, Clone, Copy)]
pub struct NewActorToken<'a> {
    /// GUID registered with the certificate.
    pub issuer_id: &'a str,
    pub client_id: &'a str,
    pub realm: &'a str,
    pub host: &'a Host,
    pub not_before_s: i64,
    pub expires_at_s: i64,
}

/// The unsigned token around it: which user the app calls for.
#[derive(Debug, Clone, Copy)]
pub struct NewOuterToken<'a> {
    pub actor: NewActorToken<'a>,
    pub user: User<'a>,
}

/// A user as the content host knows him.
#[derive(Debug, Clone, Copy)]
pub struct User<'a> {
    /// For example a SID; written in lower case.
    pub name_id: Option<&'a str>,
    pub upn: Option<&'a str>,
    /// [`super::NII_ACTIVE_DIRECTORY`] or `trusted:<provider>`.
    pub name_id_issuer: &'a str,
}

#[derive(Serialize)]
struct WrittenActor {
    aud: String,
    iss: String,
    nbf: i64,
    exp: i64,
    nameid: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    trustedfordelegation: Option<&'static str>,
}

#[derive(Serialize)]
struct WrittenOuter {
    aud: String,
    iss: String,
    nbf: i64,
    exp: i64,
    #[serde(skip_serializing_if = "Option::is_none")]
    nameid: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    upn: Option<String>,
    nii: String,
    actortoken: String,
}

/// Why a token cannot be made.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BuildError {
    #[error(transparent)]
    Name(#[from] NameError),
    #[error(transparent)]
    Token(#[from] JoseError),
}

impl NewActorToken<'_> {
    /// The app-only access token. Errors: [`BuildError`].
    pub fn sign(&self, key: &HighTrustKey) -> Result<String, BuildError> {
        self.signed(key, None)
    }

    fn signed(
        &self,
        key: &HighTrustKey,
        trustedfordelegation: Option<&'static str>,
    ) -> Result<String, BuildError> {
        let claims = WrittenActor {
            aud: self.audience()?,
            iss: PrincipalName::new(self.issuer_id, self.realm)?.to_string(),
            nbf: self.not_before_s,
            exp: self.expires_at_s,
            nameid: self.name()?,
            trustedfordelegation,
        };
        let header = jwt::rs256(&key.certificate.x5t());
        Ok(jwt::signed(&header, &claims, &key.key)?)
    }

    fn audience(&self) -> Result<String, NameError> {
        let name = PrincipalName::with_host(SHAREPOINT_PRINCIPAL, self.host.clone(), self.realm)?;
        Ok(name.to_string())
    }

    fn name(&self) -> Result<String, NameError> {
        Ok(PrincipalName::new(self.client_id, self.realm)?.to_string())
    }
}

impl NewOuterToken<'_> {
    /// The user + app access token; it ends with a dot. Errors: [`BuildError`].
    pub fn sign(&self, key: &HighTrustKey) -> Result<String, BuildError> {
        let claims = WrittenOuter {
            aud: self.actor.audience()?,
            iss: self.actor.name()?,
            nbf: self.actor.not_before_s,
            exp: self.actor.expires_at_s,
            nameid: self.user.name_id.map(str::to_lowercase),
            upn: self.user.upn.map(str::to_lowercase),
            nii: self.user.name_id_issuer.to_lowercase(),
            actortoken: self.actor.signed(key, Some("true"))?,
        };
        Ok(jwt::unsigned(jwt::NONE, &claims))
    }
}
