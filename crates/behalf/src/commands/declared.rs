//! Declarations of a command run through the same checks as those of a file.

use crate::failure::Failure;
use crate::wiring::House;
use argon2::{Argon2, PasswordVerifier};
use behalf_admin::declaration::{Content, File};
use behalf_admin::{Compiled, Plan, Problem, Tools};
use behalf_authority::providers::password::hash_password;
use behalf_gateway::SourceText;
use behalf_model::TenantId;
use behalf_model::fault::DECLARATION_REFUSED;
use behalf_model::source::Source;
use std::fmt::Write;

impl House {
    /// What applying would change.
    pub async fn plan(
        &self,
        files: &[File],
        sources: Vec<Source>,
        gateway_tenant: Option<TenantId>,
    ) -> Result<Plan, Failure> {
        let hash = |clear: &str| hash_password(&self.env, clear);
        let matches = |clear: &str, hash: &str| {
            PasswordVerifier::<str>::verify_password(&Argon2::default(), clear.as_bytes(), hash)
                .is_ok()
        };
        let tools = Tools {
            env: &self.env,
            sealer: &*self.sealer,
            digester: &*self.sealer,
            hash_password: &hash,
            password_matches: &matches,
            compile: &compile,
            gateway_tenant,
            now: self.env.now(),
        };
        behalf_admin::plan(files, sources, &self.facts, &tools)
            .await
            .map_err(|problems| refusal(&problems))
    }

    /// Declares one thing that a command line describes.
    pub async fn declare(
        &self,
        content: &Content,
        tenant: Option<TenantId>,
        action: &str,
    ) -> Result<(), Failure> {
        let text = toml::to_string(content)
            .map_err(|e| Failure::operation(e, "Leave out unusual characters."))?;
        let file =
            behalf_admin::read("command line", &text).map_err(|problem| refusal(&[problem]))?;
        let plan = self.plan(&[file], Vec::new(), None).await?;
        let what: Vec<&str> = plan.touched.iter().map(|t| t.what.as_str()).collect();
        self.commit(tenant, action, &what.join(", "), plan.changes)
            .await
    }
}

/// All problems, one after the other.
pub fn refusal(problems: &[Problem]) -> Failure {
    let mut text = match problems.len() {
        1 => "nothing is applied because of one problem".to_owned(),
        n => format!("nothing is applied because of {n} problems"),
    };
    for problem in problems {
        // Writing to a string cannot fail.
        let _ = write!(text, "\n{problem}");
    }
    Failure::of(&DECLARATION_REFUSED, text)
}

fn compile(sources: &[Source]) -> Compiled {
    let texts: Vec<SourceText> = sources.iter().map(SourceText::from).collect();
    match behalf_gateway::compile(&texts) {
        Ok(catalog) => Ok(catalog.warnings.iter().map(ToString::to_string).collect()),
        Err(errors) => Err(errors
            .into_iter()
            .map(|e| Problem {
                file: e.file,
                line: usize::try_from(e.line).unwrap_or_default(),
                message: e.message,
                remedy: e.help.unwrap_or_default(),
            })
            .collect()),
    }
}
