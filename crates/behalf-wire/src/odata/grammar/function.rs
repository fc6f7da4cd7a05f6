//! Canonical functions, `cast`, `isof`, `case`, and functions of the model within expressions (ABNF section 4).

use super::super::expression::{Argument, Expression, Method};
use super::super::names::NameKind;
use super::cursor::Parser;

/// Longer than the longest word of a function.
const LONGEST_WORD: usize = 24;

impl Parser<'_> {
    /// Functions that the language itself defines. They come before functions of the model of the same name, which a
    /// service should not have (URL Conventions section 5.1.1.5).
    pub(super) fn call_by_word(&mut self) -> Option<Expression> {
        self.attempt(|parser| {
            let word = parser.run(2, LONGEST_WORD, |byte| {
                byte.is_ascii_alphabetic() || byte == b'.'
            })?;
            if !parser.sees(Self::open) {
                return None;
            }
            let word = word.to_ascii_lowercase();
            match word.as_str() {
                "cast" => parser
                    .cast_arguments()
                    .map(|(value, name)| Expression::Cast(value, name)),
                "isof" => parser
                    .cast_arguments()
                    .map(|(value, name)| Expression::IsOf(value, name)),
                "case" => parser.case_arguments(),
                "isdefined" => parser.is_defined_argument(),
                _ => {
                    let method = Method::ALL
                        .iter()
                        .find(|method| method.name().eq_ignore_ascii_case(&word))?;
                    parser.method_arguments(*method)
                }
            }
        })
    }

    fn method_arguments(&mut self, method: Method) -> Option<Expression> {
        let arguments = self.attempt(|parser| {
            parser.open_spaced()?;
            let arguments = parser
                .list(Self::common_expr, Self::spaced_comma)
                .unwrap_or_default();
            parser.close_spaced()?;
            Some(arguments)
        })?;
        let (least, most) = method.arity();
        let fits = (least..=most).contains(&arguments.len());
        fits.then_some(Expression::Call { method, arguments })
    }

    fn cast_arguments(
        &mut self,
    ) -> Option<(Option<Box<Expression>>, super::super::literal::TypeName)> {
        self.open_spaced()?;
        let value = self.attempt(|parser| {
            let value = parser.common_expr()?;
            parser.spaced_comma()?;
            Some(Box::new(value))
        });
        let type_name = self.optionally_qualified_type_name()?;
        self.close_spaced()?;
        Some((value, type_name))
    }

    fn case_arguments(&mut self) -> Option<Expression> {
        self.open_spaced()?;
        let cases = self.list(Self::case, Self::spaced_comma)?;
        self.close_spaced()?;
        Some(Expression::Case(cases))
    }

    fn case(&mut self) -> Option<(Expression, Expression)> {
        let condition = self.common_expr()?;
        self.bws();
        self.colon()?;
        self.bws();
        Some((condition, self.common_expr()?))
    }

    fn is_defined_argument(&mut self) -> Option<Expression> {
        self.open_spaced()?;
        let path = self.first_member_expr()?;
        self.close_spaced()?;
        Some(Expression::IsDefined(path))
    }

    /// `functionExprParameters`: values may be whole expressions.
    pub(super) fn function_expr_parameters(&mut self) -> Option<Vec<Argument>> {
        self.parameters(Self::function_expr_parameter)
    }

    pub(super) fn function_expr_parameter(&mut self) -> Option<Argument> {
        self.attempt(|parser| {
            let name = parser.kind(NameKind::ParameterName)?;
            parser.byte(b'=')?;
            Some(Argument {
                name,
                value: parser.common_expr()?,
            })
        })
    }
}
