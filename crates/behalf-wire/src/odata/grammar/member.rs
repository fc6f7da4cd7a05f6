//! Paths within expressions: members, what follows them, and where they begin (ABNF section 4).

use super::super::expression::{Annotation, Path, Root, Segment};
use super::super::literal::Name;
use super::super::names::{Kinds, NameKind};
use super::cursor::Parser;
use super::identifier::{COMPLEX_TYPE, ENTITY_TYPE, FUNCTION, STRUCTURED_TYPE};
use super::options::{COUNT_OPTIONS, OptionSet};
use super::places::Places;

/// After these a path wants more.
const UNFINISHED: Places = Places::CAST_ENTITIES
    .or(Places::CAST_ENTITY)
    .or(Places::BEFORE_PROPERTY);
/// Where a member may follow.
const STRUCTURED: Places = Places::ENTITY
    .or(Places::CAST_ENTITY)
    .or(Places::COMPLEX)
    .or(Places::CAST_COMPLEX);
/// Where a function or an annotation may follow.
const BOUND: Places = STRUCTURED
    .or(Places::ANY_COLLECTION)
    .or(Places::PRIMITIVE)
    .or(Places::STREAM);

impl Parser<'_> {
    /// `firstMemberExpr`: a member, or a variable and perhaps a member of it.
    pub(super) fn first_member_expr(&mut self) -> Option<Path> {
        let mut segments = Vec::new();
        let root = match self.peek()? {
            b'$' => self.implicit_variable(&mut segments)?,
            b'@' | b'%' if self.sees(Self::at_sign) => self.alias_or_annotation(&mut segments)?,
            _ => self.variable_or_member(&mut segments)?,
        };
        Some(Path { root, segments })
    }

    /// `inscopeVariableExpr`, with what may follow.
    fn implicit_variable(&mut self, segments: &mut Vec<Segment>) -> Option<Root> {
        self.attempt(|parser| {
            parser.byte(b'$')?;
            let (root, places) = match parser.run(1, 8, |byte| byte.is_ascii_alphabetic())? {
                "it" => (Root::It, Places::ENTITY),
                "this" => (Root::This, Places::ENTITY),
                "these" => (Root::These, Places::COLLECTION),
                _ => return None,
            };
            let start = parser.here();
            parser.follow(places, segments)?;
            // The set as such is no value.
            (root != Root::These || parser.here() > start).then_some(root)
        })
    }

    /// `@name` is a parameter alias; with a namespace or a qualifier it is an annotation.
    fn alias_or_annotation(&mut self, segments: &mut Vec<Segment>) -> Option<Root> {
        self.attempt(|parser| {
            let (root, places) = match parser.annotation(b"%23") {
                Some(Annotation {
                    term:
                        Name {
                            namespace: None,
                            name,
                        },
                    qualifier: None,
                }) => (Root::Alias(name), Places::ANNOTATED),
                Some(annotation) => {
                    segments.push(Segment::Annotation(annotation));
                    (Root::Implicit, Places::ANNOTATED)
                }
                None => (Root::Alias(parser.parameter_alias()?), Places::ENTITY),
            };
            parser.follow(places, segments)?;
            Some(root)
        })
    }

    /// A lambda variable in scope, a member, or an identifier that can only be a variable nobody declared.
    fn variable_or_member(&mut self, segments: &mut Vec<Segment>) -> Option<Root> {
        let start = self.here();
        let name = self.kind(NameKind::LambdaVariable);
        let declared = name
            .as_ref()
            .is_some_and(|name| self.variables.contains(name));
        let after_name = self.here();
        if !declared {
            self.go_back(start);
            if self.member_expr(Places::ENTITY, segments).is_some() {
                return Some(Root::Implicit);
            }
            self.go_back(after_name);
        }
        let name = name?;
        self.follow(Places::ENTITY, segments)?;
        Some(if declared {
            Root::Variable(name)
        } else {
            Root::Unresolved(name)
        })
    }

    /// `memberExpr` after an entity, `directMemberExpr` after a cast, `propertyPathExpr` before a property.
    pub(super) fn member_expr(
        &mut self,
        places: Places,
        segments: &mut Vec<Segment>,
    ) -> Option<()> {
        self.attempt(|parser| {
            let before = segments.len();
            let found = parser.step_by_name(places, segments);
            let followed = found.and_then(|places| parser.follow(places, segments));
            if followed.is_none() {
                segments.truncate(before);
            }
            followed
        })
    }

    /// Everything that may follow, as far as it goes. `None` where the path cannot end.
    pub(super) fn follow(&mut self, mut places: Places, segments: &mut Vec<Segment>) -> Option<()> {
        let mut end = places
            .beyond(UNFINISHED)
            .then(|| (self.here(), segments.len()));
        while let Some(next) = self.attempt(|parser| parser.step(places, segments)) {
            places = next;
            if places.beyond(UNFINISHED) {
                end = Some((self.here(), segments.len()));
            }
        }
        let (place, length) = end?;
        self.go_back(place);
        segments.truncate(length);
        Some(())
    }

    fn step(&mut self, places: Places, segments: &mut Vec<Segment>) -> Option<Places> {
        if places.meets(Places::ENTITIES.or(Places::CAST_ENTITIES))
            && let Some(key) = self.bracketed_key()
        {
            segments.push(Segment::Key(key));
            return Some(Places::ENTITY);
        }
        self.byte(b'/')?;
        match self.peek()? {
            b'$' => self.step_by_dollar(places, segments),
            b'@' | b'%' if self.sees(Self::at_sign) => {
                let annotation = self.annotation(b"%23").filter(|_| places.meets(BOUND))?;
                segments.push(Segment::Annotation(annotation));
                Some(Places::ANNOTATED)
            }
            _ => self
                .step_of_collection(places, segments)
                .or_else(|| self.step_by_name(places, segments)),
        }
    }

    fn step_by_dollar(&mut self, places: Places, segments: &mut Vec<Segment>) -> Option<Places> {
        if !places.meets(Places::ANY_COLLECTION) {
            return None;
        }
        if self.exact("$count").is_some() {
            let options = self.bracketed_options(COUNT_OPTIONS).unwrap_or_default();
            segments.push(Segment::Count(options));
            return Some(Places::END);
        }
        let filter = self.filter_in_path()?;
        segments.push(filter);
        let entities = places.meets(Places::ENTITIES.or(Places::CAST_ENTITIES));
        Some(Places::ENTITIES.when(entities).or(Places::COLLECTION))
    }

    /// `$filter(…)`
    pub(super) fn filter_in_path(&mut self) -> Option<Segment> {
        self.attempt(|parser| {
            parser.exact("$filter")?;
            parser.open()?;
            let condition = parser.common_expr()?;
            parser.close()?;
            Some(Segment::Filter(Box::new(condition)))
        })
    }

    /// Options in brackets, separated by semicolons.
    pub(super) fn bracketed_options(
        &mut self,
        allowed: OptionSet,
    ) -> Option<Vec<super::super::query::QueryOption>> {
        self.nested(|parser| {
            parser.open()?;
            let options = parser.list(|parser| parser.option_of(allowed), Self::semicolon)?;
            parser.close()?;
            Some(options)
        })
    }

    fn step_of_collection(
        &mut self,
        places: Places,
        segments: &mut Vec<Segment>,
    ) -> Option<Places> {
        if !places.meets(Places::ANY_COLLECTION) {
            return None;
        }
        let lambda = self.any_expr().or_else(|| self.all_expr());
        segments.push(lambda.or_else(|| self.aggregate_in_path())?);
        Some(Places::END)
    }

    /// A property, type cast, function or key segment.
    fn step_by_name(&mut self, places: Places, segments: &mut Vec<Segment>) -> Option<Places> {
        if let Some(next) = self.attempt(|parser| parser.step_by_model(places, segments)) {
            return Some(next);
        }
        let keyed = places.meets(
            Places::ENTITIES
                .or(Places::CAST_ENTITIES)
                .or(Places::KEY_SEGMENTS),
        );
        if keyed && !self.names.is_open(NameKind::KeyPathLiteral) {
            segments.push(Segment::KeySegment(self.key_path_literal()?));
            return Some(Places::KEY_SEGMENTS.or(Places::ENTITY));
        }
        None
    }

    fn step_by_model(&mut self, places: Places, segments: &mut Vec<Segment>) -> Option<Places> {
        if self.sees(Self::at_sign) {
            let annotation = self.annotation(b"%23").filter(|_| places.meets(BOUND))?;
            segments.push(Segment::Annotation(annotation));
            return Some(Places::ANNOTATED);
        }
        let (name, kinds) = self.dotted()?;
        if places.meets(BOUND)
            && kinds.meets(FUNCTION)
            && let Some(arguments) = self.function_expr_parameters()
        {
            segments.push(Segment::Call { name, arguments });
            return Some(Places::after_function(kinds));
        }
        let next = self.after_name(places, &name, kinds);
        segments.push(Segment::Name(name));
        next.exist().then_some(next)
    }

    /// Where a property or type of this name leads.
    fn after_name(&mut self, places: Places, name: &Name, kinds: Kinds) -> Places {
        let property =
            name.namespace.is_none() && places.meets(STRUCTURED.or(Places::BEFORE_PROPERTY));
        let type_after = |from: Places, types: Kinds, to: Places| {
            to.when(places.meets(from) && kinds.meets(types))
        };
        Places::after_property(kinds)
            .when(property)
            .or(type_after(
                Places::ENTITIES,
                ENTITY_TYPE,
                Places::CAST_ENTITIES,
            ))
            .or(type_after(
                Places::ENTITY,
                STRUCTURED_TYPE,
                Places::CAST_ENTITY,
            ))
            .or(type_after(
                Places::COMPLEXES,
                COMPLEX_TYPE,
                Places::COLLECTION,
            ))
            .or(type_after(
                Places::COMPLEX,
                COMPLEX_TYPE,
                Places::CAST_COMPLEX,
            ))
    }

    /// `annotationInQuery` or, with a plain number sign, `annotationInFragment`.
    pub(super) fn annotation(&mut self, hash: &[u8]) -> Option<Annotation> {
        self.attempt(|parser| {
            parser.at_sign()?;
            let (term, kinds) = parser.dotted()?;
            if !kinds.has(NameKind::TermName) {
                return None;
            }
            let qualifier = parser.attempt(|parser| {
                hash.iter().try_for_each(|byte| parser.byte(*byte))?;
                parser.kind(NameKind::AnnotationQualifier)
            });
            Some(Annotation { term, qualifier })
        })
    }

    /// An annotation that the model lists as one of this kind.
    pub(super) fn annotation_of(&mut self, hash: &[u8], kind: NameKind) -> Option<()> {
        let annotation = self.annotation(hash)?;
        let phrase = super::context::annotation_phrase(&annotation);
        self.names.may_be(&phrase, kind).then_some(())
    }

    /// `rootExpr`
    pub(super) fn root_expr(&mut self) -> Option<Path> {
        self.attempt(|parser| {
            parser.exact("$root/")?;
            let mut segments = Vec::new();
            let name = parser.identifier()?;
            let kinds = parser.names.kinds_of(&name);
            let imported = Places::after_function_import(kinds);
            let arguments = if imported.exist() {
                parser.function_expr_parameters()
            } else {
                None
            };
            let name = Name::plain(name);
            let places = match arguments {
                Some(arguments) => {
                    segments.push(Segment::Call { name, arguments });
                    imported
                }
                None => {
                    segments.push(Segment::Name(name));
                    Places::after_set(kinds)
                }
            };
            parser.follow(places, &mut segments)?;
            Some(Path {
                root: Root::Service,
                segments,
            })
        })
    }
}
