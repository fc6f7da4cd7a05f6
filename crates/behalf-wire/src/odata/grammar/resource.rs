//! Resource paths and request URLs (ABNF section 1).

use super::super::expression::Segment;
use super::super::literal::Name;
use super::super::names::{Kinds, NameKind};
use super::super::resource::{Resource, ResourcePath, ResourceRoot};
use super::cursor::Parser;
use super::identifier::{ACTION, COMPLEX_TYPE, ENTITY_TYPE, FUNCTION};
use super::places::Places;
use super::query::{ENTITY_CAST_OPTIONS, ENTITY_OPTIONS, SERVICE_OPTIONS};

const ENTITIES: Places = Places::ENTITIES.or(Places::CAST_ENTITIES);
const ENTITY: Places = Places::ENTITY.or(Places::CAST_ENTITY);
const STRUCTURED: Places = ENTITY.or(Places::COMPLEX).or(Places::CAST_COMPLEX);
const QUERYABLE: Places = STRUCTURED
    .or(Places::ANY_COLLECTION)
    .or(Places::PRIMITIVE)
    .or(Places::QUERIED);
/// Where an action or function may be called.
const BOUND: Places = STRUCTURED
    .or(Places::ANY_COLLECTION)
    .or(Places::PRIMITIVE)
    .or(Places::STREAM)
    .or(Places::EACH);

/// A segment that begins with a dollar sign, where it may stand, and where it leads.
const DOLLAR_SEGMENTS: [(&str, Places, Segment, Places); 5] = [
    (
        "$count",
        Places::ANY_COLLECTION,
        Segment::Count(Vec::new()),
        Places::END,
    ),
    ("$each", ENTITIES, Segment::Each, Places::EACH),
    ("$query", QUERYABLE, Segment::Query, Places::END),
    ("$ref", ENTITIES.or(ENTITY), Segment::Reference, Places::END),
    (
        "$value",
        ENTITY.or(Places::PRIMITIVE),
        Segment::Value,
        Places::END,
    ),
];

impl Parser<'_> {
    /// `odataRelativeUri`
    pub(crate) fn relative_uri(&mut self) -> Option<Resource> {
        let service = self
            .batch()
            .or_else(|| self.entity_by_id())
            .or_else(|| self.metadata());
        service.or_else(|| {
            self.attempt(|parser| {
                let path = parser.resource_path()?;
                let options = parser
                    .after_question(|parser| Some(parser.query_options().unwrap_or_default()));
                Some(Resource::Path {
                    path,
                    options: options.unwrap_or_default(),
                })
            })
        })
    }

    fn after_question<T>(&mut self, read: impl FnOnce(&mut Self) -> Option<T>) -> Option<T> {
        self.attempt(|parser| {
            parser.byte(b'?')?;
            read(parser)
        })
    }

    fn batch(&mut self) -> Option<Resource> {
        self.exact("$batch")?;
        let options = self.after_question(|parser| parser.options_among(SERVICE_OPTIONS));
        Some(Resource::Batch(options.unwrap_or_default()))
    }

    fn metadata(&mut self) -> Option<Resource> {
        self.exact("$metadata")?;
        let options = self.after_question(|parser| parser.options_among(SERVICE_OPTIONS));
        let _ = self.context();
        Some(Resource::Metadata(options.unwrap_or_default()))
    }

    fn entity_by_id(&mut self) -> Option<Resource> {
        self.attempt(|parser| {
            parser.exact("$entity")?;
            let cast = parser.attempt(|parser| {
                parser.byte(b'/')?;
                parser.maybe_qualified(ENTITY_TYPE)
            });
            let allowed = if cast.is_some() {
                ENTITY_CAST_OPTIONS
            } else {
                ENTITY_OPTIONS
            };
            let options = parser.after_question(|parser| parser.entity_options(allowed))?;
            Some(Resource::Entity { cast, options })
        })
    }

    pub(crate) fn resource_path(&mut self) -> Option<ResourcePath> {
        if self.peek()? == b'$' {
            return self.cross_join().or_else(|| self.all_entities());
        }
        let start = self.here();
        let name = self.identifier()?;
        let kinds = self.names.kinds_of(&name);
        let after_name = self.here();
        let mut best: Option<(usize, Vec<Segment>)> = None;
        // One name may be an entity set and a function import; the reading that goes farthest is meant.
        for read in [
            Self::set_or_action,
            Self::function_import,
            Self::function_import_no_parens,
        ] {
            self.go_back(after_name);
            if let Some(segments) = read(self, &name, kinds)
                && best.as_ref().is_none_or(|(end, _)| *end < self.here())
            {
                best = Some((self.here(), segments));
            }
        }
        self.go_back(best.as_ref().map_or(start, |(end, _)| *end));
        best.map(|(_, segments)| ResourcePath {
            root: ResourceRoot::Service,
            segments,
        })
    }

    fn set_or_action(&mut self, name: &str, kinds: Kinds) -> Option<Vec<Segment>> {
        let action = Places::END.when(kinds.has(NameKind::ActionImport));
        let places = Places::after_set(kinds).or(action);
        let mut segments = vec![Segment::Name(Name::plain(name))];
        places
            .exist()
            .then(|| self.follow_resource(places, &mut segments))?;
        Some(segments)
    }

    fn function_import(&mut self, name: &str, kinds: Kinds) -> Option<Vec<Segment>> {
        let places = Places::after_function_import(kinds);
        if !places.exist() {
            return None;
        }
        let mut segments = vec![Segment::Call {
            name: Name::plain(name),
            arguments: self.function_parameters()?,
        }];
        self.follow_resource(places, &mut segments);
        Some(segments)
    }

    fn function_import_no_parens(&mut self, name: &str, kinds: Kinds) -> Option<Vec<Segment>> {
        let mut segments = vec![Segment::Name(Name::plain(name))];
        let import = Places::after_function_import(kinds).exist();
        import.then(|| self.follow_resource(Places::QUERIED, &mut segments))?;
        Some(segments)
    }

    fn cross_join(&mut self) -> Option<ResourcePath> {
        self.attempt(|parser| {
            let sets = parser.cross_joined()?;
            let mut segments = Vec::new();
            parser.follow_resource(Places::QUERIED, &mut segments);
            Some(ResourcePath {
                root: ResourceRoot::CrossJoin(sets),
                segments,
            })
        })
    }

    pub(super) fn cross_joined(&mut self) -> Option<Vec<String>> {
        self.attempt(|parser| {
            parser.exact("$crossjoin")?;
            parser.open()?;
            let sets = parser.list(|parser| parser.kind(NameKind::EntitySetName), Self::comma)?;
            parser.close()?;
            Some(sets)
        })
    }

    fn all_entities(&mut self) -> Option<ResourcePath> {
        self.exact("$all")?;
        let cast = self.attempt(|parser| {
            parser.byte(b'/')?;
            parser.maybe_qualified(ENTITY_TYPE)
        });
        Some(ResourcePath {
            root: ResourceRoot::All(cast),
            segments: Vec::new(),
        })
    }

    /// Everything that may follow, as far as it goes. A resource path can end anywhere.
    pub(super) fn follow_resource(&mut self, mut places: Places, segments: &mut Vec<Segment>) {
        while let Some(next) = self.attempt(|parser| parser.resource_step(places, segments)) {
            places = next;
        }
    }

    fn resource_step(&mut self, places: Places, segments: &mut Vec<Segment>) -> Option<Places> {
        if places.meets(ENTITIES)
            && let Some(key) = self.bracketed_key()
        {
            segments.push(Segment::Key(key));
            return Some(Places::ENTITY);
        }
        self.byte(b'/')?;
        let (segment, next) = self.resource_segment(places)?;
        segments.push(segment);
        Some(next)
    }

    /// A segment after its slash, and where it leads.
    pub(super) fn resource_segment(&mut self, places: Places) -> Option<(Segment, Places)> {
        if self.peek()? == b'$' {
            return self.dollar_segment(places);
        }
        if places.meets(Places::COLLECTION.or(Places::COMPLEXES))
            && let Some(index) = self.ordinal_index()
        {
            return Some((Segment::Ordinal(index), Places::END));
        }
        let keyed = places.meets(ENTITIES.or(Places::KEY_SEGMENTS));
        let listed = !self.names.is_open(NameKind::KeyPathLiteral);
        let key = |parser: &mut Self| {
            let key = parser.key_path_literal().filter(|_| keyed)?;
            Some((
                Segment::KeySegment(key),
                Places::KEY_SEGMENTS.or(Places::ENTITY),
            ))
        };
        // Keys that the model lists win over names; where any text may be a key, names win.
        if keyed
            && listed
            && let Some(found) = key(self)
        {
            return Some(found);
        }
        let named = self.attempt(|parser| parser.named_segment(places));
        named.or_else(|| if keyed && !listed { key(self) } else { None })
    }

    fn dollar_segment(&mut self, places: Places) -> Option<(Segment, Places)> {
        if places.meets(ENTITIES)
            && let Some(filter) = self.filter_in_path()
        {
            return Some((filter, Places::ENTITIES));
        }
        DOLLAR_SEGMENTS
            .into_iter()
            .find_map(|(word, from, segment, to)| {
                self.exact(word).filter(|()| places.meets(from))?;
                Some((segment, to))
            })
    }

    pub(super) fn ordinal_index(&mut self) -> Option<i64> {
        self.attempt(|parser| {
            let start = parser.here();
            let _ = parser.byte(b'-');
            parser.digits(1, usize::MAX)?;
            parser.since(start).parse().ok()
        })
    }

    /// A property, type cast, action or function.
    fn named_segment(&mut self, places: Places) -> Option<(Segment, Places)> {
        let (name, kinds) = self.dotted()?;
        let bound = places.meets(BOUND);
        if bound
            && kinds.meets(FUNCTION)
            && let Some(arguments) = self.function_parameters()
        {
            return Some((
                Segment::Call { name, arguments },
                Places::after_function(kinds),
            ));
        }
        let property =
            name.namespace.is_none() && places.meets(STRUCTURED.or(Places::BEFORE_PROPERTY));
        let cast = |from: Places, types: Kinds, to: Places| {
            to.when(places.meets(from) && kinds.meets(types))
        };
        let next = Places::after_property(kinds)
            .when(property)
            .or(cast(Places::ENTITIES, ENTITY_TYPE, Places::CAST_ENTITIES))
            .or(cast(Places::ENTITY, ENTITY_TYPE, Places::CAST_ENTITY))
            .or(cast(Places::COMPLEXES, COMPLEX_TYPE, Places::COLLECTION))
            .or(cast(Places::COMPLEX, COMPLEX_TYPE, Places::CAST_COMPLEX))
            .or(cast(BOUND, ACTION, Places::END))
            .or(cast(BOUND, FUNCTION, Places::QUERIED));
        next.exist().then_some((Segment::Name(name), next))
    }
}
