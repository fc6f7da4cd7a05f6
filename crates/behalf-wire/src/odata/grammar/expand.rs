//! `$expand` (ABNF section 2).

use super::super::names::{Kinds, NameKind};
use super::super::query::{ExpandItem, ExpandStep, QueryOption};
use super::cursor::Parser;
use super::identifier::{COMPLEX_TYPE, ENTITY_TYPE, NAVIGATION_PROPERTY};
use super::options::{COUNT_OPTIONS, EXPAND_OPTIONS, LEVELS, REF_OPTIONS};

const STREAM: Kinds = Kinds::of(&[NameKind::StreamProperty]);
const COMPLEX: Kinds = Kinds::of(&[NameKind::ComplexProperty, NameKind::ComplexColProperty]);

/// What the path of an expand item has come to.
#[derive(Clone, Copy, Default)]
struct Expanded {
    /// A navigation property: it may end here, be cast, counted, referenced, and have options.
    navigation: bool,
    /// A type cast of a navigation property.
    cast: bool,
    /// A stream property: the end.
    stream: bool,
    /// A complex property or a type: a further path must follow.
    onward: bool,
}

impl Expanded {
    fn complete(self) -> bool {
        self.navigation || self.cast || self.stream
    }
}

impl Parser<'_> {
    pub(super) fn expand_item(&mut self) -> Option<ExpandItem> {
        if self.token("$value").is_some() {
            return Some(ExpandItem {
                path: vec![ExpandStep::Value],
                options: Vec::new(),
            });
        }
        self.expand_path(true)
    }

    /// `expandPath`, at the beginning of an item perhaps with a type cast before it.
    pub(super) fn expand_path(&mut self, castable: bool) -> Option<ExpandItem> {
        self.attempt(|parser| {
            let mut path = Vec::new();
            let mut end = None;
            let mut expanded = Expanded {
                onward: true,
                ..Expanded::default()
            };
            let mut first = castable;
            loop {
                if expanded.onward && parser.star().is_some() {
                    path.push(ExpandStep::All);
                    let options = parser.expand_all_tail(&mut path);
                    return Some(ExpandItem { path, options });
                }
                let Some(next) =
                    parser.attempt(|parser| parser.expand_step(expanded, first, &mut path))
                else {
                    break;
                };
                expanded = next;
                first = false;
                if expanded.complete() {
                    end = Some((parser.here(), path.len(), expanded));
                }
                if parser.byte(b'/').is_none() {
                    break;
                }
            }
            let (place, length, expanded) = end?;
            parser.go_back(place);
            path.truncate(length);
            let options = if expanded.navigation || expanded.cast {
                parser.expand_tail(&mut path)
            } else {
                Vec::new()
            };
            Some(ExpandItem { path, options })
        })
    }

    fn expand_step(
        &mut self,
        before: Expanded,
        first: bool,
        path: &mut Vec<ExpandStep>,
    ) -> Option<Expanded> {
        if self.sees(Self::at_sign) {
            let annotation = self.annotation(b"%23").filter(|_| before.onward)?;
            let phrase = super::context::annotation_phrase(&annotation);
            let kinds = self.names.kinds_of(&phrase);
            path.push(ExpandStep::Annotation(annotation));
            return Some(Expanded {
                navigation: kinds.has(NameKind::EntityAnnotationInQuery),
                onward: kinds.has(NameKind::ComplexAnnotationInQuery),
                ..Expanded::default()
            });
        }
        let (name, kinds) = self.dotted()?;
        let plain = name.namespace.is_none() && before.onward;
        let expanded = Expanded {
            navigation: plain && kinds.meets(NAVIGATION_PROPERTY),
            cast: before.navigation && kinds.meets(ENTITY_TYPE),
            stream: plain && kinds.meets(STREAM),
            onward: (plain && kinds.meets(COMPLEX))
                || (before.onward && kinds.meets(COMPLEX_TYPE))
                || (first && kinds.meets(ENTITY_TYPE)),
        };
        path.push(ExpandStep::Name(name));
        (expanded.complete() || expanded.onward).then_some(expanded)
    }

    /// After a navigation property: `$ref`, `$count`, or options.
    fn expand_tail(&mut self, path: &mut Vec<ExpandStep>) -> Vec<QueryOption> {
        let allowed = if self.exact("/$ref").is_some() {
            path.push(ExpandStep::Reference);
            REF_OPTIONS
        } else if self.exact("/$count").is_some() {
            path.push(ExpandStep::Count);
            COUNT_OPTIONS
        } else {
            EXPAND_OPTIONS
        };
        self.bracketed_options(allowed).unwrap_or_default()
    }

    /// After `*`: `$ref`, or the number of levels.
    fn expand_all_tail(&mut self, path: &mut Vec<ExpandStep>) -> Vec<QueryOption> {
        if self.exact("/$ref").is_some() {
            path.push(ExpandStep::Reference);
            return Vec::new();
        }
        let levels = self.attempt(|parser| {
            parser.open()?;
            let levels = parser.option_of(LEVELS)?;
            parser.close()?;
            Some(vec![levels])
        });
        levels.unwrap_or_default()
    }
}
