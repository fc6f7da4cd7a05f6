//! Key predicates, aliases and the parameters of function imports (ABNF section 1).

use super::super::expression::{Argument, Expression, Key, KeyValue, Path, Root, Segment};
use super::super::literal::decoded;
use super::super::names::{Kinds, NameKind};
use super::characters::PCHAR;
use super::cursor::Parser;

const KEY_PROPERTY: Kinds =
    Kinds::of(&[NameKind::PrimitiveKeyProperty, NameKind::KeyPropertyAlias]);

impl Parser<'_> {
    /// `parameterAlias`, without its sign.
    pub(super) fn parameter_alias(&mut self) -> Option<String> {
        self.attempt(|parser| {
            parser.at_sign()?;
            parser.identifier()
        })
    }

    fn key_value(&mut self) -> Option<KeyValue> {
        let alias = self.parameter_alias().map(KeyValue::Alias);
        alias.or_else(|| self.key_property_value().map(KeyValue::Literal))
    }

    pub(super) fn simple_key(&mut self) -> Option<Key> {
        self.attempt(|parser| {
            parser.open()?;
            let value = parser.key_value()?;
            parser.close()?;
            Some(Key::Single(value))
        })
    }

    pub(super) fn compound_key(&mut self) -> Option<Key> {
        self.attempt(|parser| {
            parser.open()?;
            let pairs = parser.list(Self::key_value_pair, Self::comma)?;
            parser.close()?;
            Some(Key::Compound(pairs))
        })
    }

    pub(super) fn key_value_pair(&mut self) -> Option<(String, KeyValue)> {
        self.attempt(|parser| {
            let name = parser.named(KEY_PROPERTY)?;
            parser.byte(b'=')?;
            Some((name, parser.key_value()?))
        })
    }

    /// A key in brackets.
    pub(super) fn bracketed_key(&mut self) -> Option<Key> {
        self.simple_key().or_else(|| self.compound_key())
    }

    /// `keyPathLiteral`: a key that is a segment of its own, where the model says which texts are keys.
    pub(super) fn key_path_literal(&mut self) -> Option<String> {
        self.attempt(|parser| {
            let text = parser.any(&PCHAR);
            let known = parser.names.may_be(text, NameKind::KeyPathLiteral);
            known.then(|| decoded(text)).flatten()
        })
    }

    pub(super) fn key_path_segments(&mut self) -> Option<Vec<Segment>> {
        let mut segments = Vec::new();
        while let Some(text) = self.attempt(|parser| {
            parser.byte(b'/')?;
            parser.key_path_literal()
        }) {
            segments.push(Segment::KeySegment(text));
        }
        (!segments.is_empty()).then_some(segments)
    }

    pub(super) fn key_predicate(&mut self) -> Option<Vec<Segment>> {
        let key = self.bracketed_key().map(|key| vec![Segment::Key(key)]);
        key.or_else(|| self.key_path_segments())
    }

    /// `functionParameters` of a resource path: literals and aliases only.
    pub(super) fn function_parameters(&mut self) -> Option<Vec<Argument>> {
        self.parameters(Self::function_parameter)
    }

    pub(super) fn parameters(
        &mut self,
        parameter: impl FnMut(&mut Self) -> Option<Argument>,
    ) -> Option<Vec<Argument>> {
        self.attempt(|parser| {
            parser.open_spaced()?;
            let arguments = parser
                .list(parameter, Self::spaced_comma)
                .unwrap_or_default();
            parser.close_spaced()?;
            Some(arguments)
        })
    }

    pub(super) fn function_parameter(&mut self) -> Option<Argument> {
        self.attempt(|parser| {
            let name = parser.kind(NameKind::ParameterName)?;
            parser.byte(b'=')?;
            let value = match parser.parameter_alias() {
                Some(alias) => Expression::Path(Path {
                    root: Root::Alias(alias),
                    segments: Vec::new(),
                }),
                None => Expression::Literal(parser.primitive_literal()?),
            };
            Some(Argument { name, value })
        })
    }
}
