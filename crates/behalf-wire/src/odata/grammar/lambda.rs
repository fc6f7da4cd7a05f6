//! `any` and `all` (ABNF section 4).

use super::super::expression::{Lambda, Segment};
use super::super::names::NameKind;
use super::cursor::Parser;

impl Parser<'_> {
    pub(super) fn any_expr(&mut self) -> Option<Segment> {
        self.attempt(|parser| {
            parser.token("any")?;
            parser.open_spaced()?;
            let lambda = parser.lambda();
            parser.close_spaced()?;
            Some(Segment::Any(lambda))
        })
    }

    pub(super) fn all_expr(&mut self) -> Option<Segment> {
        self.attempt(|parser| {
            parser.token("all")?;
            parser.open_spaced()?;
            let lambda = parser.lambda()?;
            parser.close_spaced()?;
            Some(Segment::All(lambda))
        })
    }

    fn lambda(&mut self) -> Option<Box<Lambda>> {
        self.attempt(|parser| {
            let variable = parser.kind(NameKind::LambdaVariable)?;
            parser.bws();
            parser.colon()?;
            parser.bws();
            parser.variables.push(variable.clone());
            let predicate = parser.common_expr();
            parser.variables.pop();
            Some(Box::new(Lambda {
                variable,
                predicate: predicate?,
            }))
        })
    }
}
