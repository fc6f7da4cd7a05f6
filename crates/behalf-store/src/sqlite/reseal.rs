//! Bringing everything that is sealed under the current key, so that an old key can be dropped.

use super::{SqliteStore, entities, provider_tokens};
use crate::seal::FileSealer;
use behalf_model::entity::{Entity, EntityRow};
use behalf_model::key::{NamedSecret, SigningKey};
use behalf_model::ports::{Change, Expect, Store as _, StoreError};
use behalf_model::principal::{Principal, SecretCredential};
use behalf_model::secret::Sealed;
use behalf_model::session::{ProviderTokenKind, ProviderTokenRow};

/// Rows that share one commit.
const PAGE: usize = 200;

/// What `reseal_all` found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Resealed {
    /// Now under the current key.
    pub changed: u64,
    /// Was there before.
    pub current: u64,
    /// Names of what no key opens: lost, or belonging to another key file.
    pub unreadable: Vec<String>,
}

impl Resealed {
    fn seal(&mut self, sealer: &FileSealer, purpose: &str, sealed: &mut Sealed) -> bool {
        match sealer.reseal(purpose, sealed) {
            Ok(None) => self.current += 1,
            Ok(Some(new)) => {
                *sealed = new;
                self.changed += 1;
                return true;
            }
            Err(_) => self.unreadable.push(purpose.to_owned()),
        }
        false
    }
}

impl SqliteStore {
    /// Seals signing keys, named secrets, secrets of apps and provider tokens anew where another key than the current one did.
    ///
    /// A row that another program changes at that very moment may keep its old key: an old key can be dropped
    /// when a run reports no change and nothing unreadable.
    pub async fn reseal_all(&self, sealer: &FileSealer) -> Result<Resealed, StoreError> {
        let mut report = Resealed::default();
        self.reseal_entities(sealer, &mut report, |key: &mut SigningKey| {
            vec![(SigningKey::purpose(key.tenant, &key.kid), &mut key.private)]
        })
        .await?;
        self.reseal_entities(sealer, &mut report, |secret: &mut NamedSecret| {
            vec![(
                NamedSecret::purpose(secret.tenant, &secret.name),
                &mut secret.value,
            )]
        })
        .await?;
        self.reseal_entities(sealer, &mut report, app_secrets)
            .await?;
        self.reseal_provider_tokens(sealer, &mut report).await?;
        Ok(report)
    }

    async fn reseal_entities<E: Entity>(
        &self,
        sealer: &FileSealer,
        report: &mut Resealed,
        parts: impl Fn(&mut E) -> Vec<(String, &mut Sealed)>,
    ) -> Result<(), StoreError> {
        for stored in self.readers.with(|sql| entities::of_kind(sql, E::KIND))? {
            let mut entity: E = serde_json::from_str(&stored.body).map_err(|_| {
                StoreError::Corrupt(format!("the {} {} is not readable", E::KIND, stored.key))
            })?;
            let mut changed = false;
            for (purpose, sealed) in parts(&mut entity) {
                changed |= report.seal(sealer, &purpose, sealed);
            }
            if !changed {
                continue;
            }
            let change = Change::PutEntity {
                row: EntityRow::of(&entity),
                expect: Expect::Body(stored.body),
            };
            match self.commit(vec![change]).await {
                Err(StoreError::Conflict(_)) | Ok(_) => {}
                Err(error) => return Err(error),
            }
        }
        Ok(())
    }

    async fn reseal_provider_tokens(
        &self,
        sealer: &FileSealer,
        report: &mut Resealed,
    ) -> Result<(), StoreError> {
        let mut after = 0;
        loop {
            let page = self
                .readers
                .with(|sql| provider_tokens::page(sql, after, PAGE))?;
            let Some((last, _)) = page.last() else {
                return Ok(());
            };
            after = *last;
            let mut swaps = Vec::new();
            for (id, old) in page {
                let mut new = old.clone();
                let mut changed = report.seal(
                    sealer,
                    &purpose(&old, ProviderTokenKind::Access),
                    &mut new.access_token,
                );
                if let Some(refresh_token) = &mut new.refresh_token {
                    changed |= report.seal(
                        sealer,
                        &purpose(&old, ProviderTokenKind::Refresh),
                        refresh_token,
                    );
                }
                if changed {
                    swaps.push((id, old, new));
                }
            }
            self.writer
                .run(Box::new(move |group| {
                    for (id, old, new) in &swaps {
                        provider_tokens::swap_sealed(group.sql(), *id, old, new)?;
                    }
                    Ok(Vec::new())
                }))
                .await?;
        }
    }
}

pub(super) fn purpose(row: &ProviderTokenRow, kind: ProviderTokenKind) -> String {
    ProviderTokenRow::purpose(row.tenant, row.user, &row.provider, kind)
}

fn app_secrets(app: &mut Principal) -> Vec<(String, &mut Sealed)> {
    let (tenant, client) = (app.tenant, &app.client_id);
    app.secrets
        .iter_mut()
        .filter_map(|secret| {
            let purpose = SecretCredential::sealing_purpose(tenant, client, &secret.id);
            Some((purpose, secret.sealed.as_mut()?))
        })
        .collect()
}
