//! `[[secret]]`: named secrets that profiles and providers refer to as `secret:<name>`.

use crate::declaration;
use crate::draft::Draft;
use crate::plan::Tools;
use crate::problem::{Wrong, wrong};
use behalf_model::key::NamedSecret;
use behalf_model::secret::Sealed;

pub async fn declare(
    draft: &mut Draft<'_>,
    tools: &Tools<'_>,
    given: &declaration::Secret,
) -> Result<(), Wrong> {
    let tenant = draft.tenant(&given.tenant).await?.id;
    let purpose = NamedSecret::purpose(tenant, &given.name);
    let stored = draft.get::<NamedSecret>(tenant, &given.name).await?;
    let value = match (&given.value, &given.sealed) {
        (Some(clear), None) => match stored {
            // Sealing again would make a different text of the same secret: applying twice must change nothing.
            Some(old)
                if tools
                    .sealer
                    .open(&purpose, &old.value)
                    .is_some_and(|s| s.expose() == clear) =>
            {
                old.value.clone()
            }
            _ => tools.sealer.seal(&purpose, clear),
        },
        (None, Some(sealed)) => {
            let sealed = Sealed(sealed.clone());
            tools.sealer.open(&purpose, &sealed).map(|_| sealed).ok_or_else(|| {
                wrong(
                    format!("secret '{}' was sealed by another installation", given.name),
                    "Give its value in clear; sealed text can only be opened with the key file it was sealed with.",
                )
            })?
        }
        _ => {
            return Err(wrong(
                format!(
                    "secret '{}' needs value or sealed, and not both",
                    given.name
                ),
                "Give one of them.",
            ));
        }
    };
    let what = format!("secret \"{}\"", given.name);
    draft
        .put(
            &NamedSecret {
                tenant,
                name: given.name.clone(),
                value,
            },
            what,
        )
        .await
}
