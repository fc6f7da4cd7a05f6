//! The names of a model, by the grammar's word for what they name.

use std::collections::HashMap;

macro_rules! kinds {
    ($($variant:ident = $rule:literal),* $(,)?) => {
        /// What a name can be the name of. Words of the OASIS construction rules.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum NameKind { $($variant),* }

        impl NameKind {
            pub const ALL: &'static [Self] = &[$(Self::$variant),*];

            /// The grammar's rule of this kind.
            pub fn rule(self) -> &'static str {
                match self { $(Self::$variant => $rule),* }
            }
        }
    };
}

kinds! {
    Action = "action",
    ActionImport = "actionImport",
    AnnotationQualifier = "annotationQualifier",
    ComplexAnnotationInFragment = "complexAnnotationInFragment",
    ComplexAnnotationInQuery = "complexAnnotationInQuery",
    ComplexColFunction = "complexColFunction",
    ComplexColFunctionImport = "complexColFunctionImport",
    ComplexColProperty = "complexColProperty",
    ComplexFunction = "complexFunction",
    ComplexFunctionImport = "complexFunctionImport",
    ComplexProperty = "complexProperty",
    ComplexTypeName = "complexTypeName",
    ComputedProperty = "computedProperty",
    CustomAggregate = "customAggregate",
    CustomName = "customName",
    EntityAnnotationInFragment = "entityAnnotationInFragment",
    EntityAnnotationInQuery = "entityAnnotationInQuery",
    EntityColFunction = "entityColFunction",
    EntityColFunctionImport = "entityColFunctionImport",
    EntityColNavigationProperty = "entityColNavigationProperty",
    EntityFunction = "entityFunction",
    EntityFunctionImport = "entityFunctionImport",
    EntityNavigationProperty = "entityNavigationProperty",
    EntitySetName = "entitySetName",
    EntityTypeName = "entityTypeName",
    EnumerationMember = "enumerationMember",
    EnumerationTypeName = "enumerationTypeName",
    ExpressionAlias = "expressionAlias",
    KeyPathLiteral = "keyPathLiteral",
    KeyPropertyAlias = "keyPropertyAlias",
    LambdaVariable = "lambdaVariableExpr",
    NamespacePart = "namespacePart",
    ParameterName = "parameterName",
    PrimitiveAnnotationInQuery = "primitiveAnnotationInQuery",
    PrimitiveColAnnotationInQuery = "primitiveColAnnotationInQuery",
    PrimitiveColFunction = "primitiveColFunction",
    PrimitiveColFunctionImport = "primitiveColFunctionImport",
    PrimitiveColProperty = "primitiveColProperty",
    PrimitiveFunction = "primitiveFunction",
    PrimitiveFunctionImport = "primitiveFunctionImport",
    PrimitiveKeyProperty = "primitiveKeyProperty",
    PrimitiveNonKeyProperty = "primitiveNonKeyProperty",
    RecHierQualifier = "recHierQualifier",
    RollupNamedHier = "rollupNamedHier",
    SingletonEntity = "singletonEntity",
    StreamProperty = "streamProperty",
    TermName = "termName",
    TypeDefinitionName = "typeDefinitionName",
}

/// A set of kinds. One name may be several things: `Location` a property of one type and a complex type of its own.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Kinds(u64);

impl Kinds {
    pub(crate) const fn of(kinds: &[NameKind]) -> Self {
        let mut bits = 0;
        let mut next = 0;
        while next < kinds.len() {
            bits |= 1 << kinds[next] as u64;
            next += 1;
        }
        Self(bits)
    }

    pub(crate) fn has(self, kind: NameKind) -> bool {
        self.meets(Self::of(&[kind]))
    }

    pub(crate) fn meets(self, other: Self) -> bool {
        self.0 & other.0 != 0
    }

    fn join(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    fn without(self, other: Self) -> Self {
        Self(self.0 & !other.0)
    }
}

/// Which names stand for what.
///
/// A kind that was never mentioned is open: every well-formed identifier may stand there. A kind that was mentioned
/// takes the given names only, none of them if none was given.
#[derive(Clone, Debug, Default)]
pub struct Names {
    known: HashMap<String, Kinds>,
    closed: Kinds,
}

impl Names {
    /// Every kind open: the grammar alone decides. For checking syntax without a model.
    pub fn open() -> Self {
        Self::default()
    }

    /// Every kind closed, to be filled by [`Names::allow`]: what is not in the model is refused.
    pub fn closed() -> Self {
        Self {
            known: HashMap::new(),
            closed: Kinds::of(NameKind::ALL),
        }
    }

    /// Closes a kind and lets these names through. May be called again to add more.
    ///
    /// Shape: annotations are given with their sign, as `@Namespace.Term` or `@Namespace.Term#Qualifier`.
    pub fn allow<'n>(&mut self, kind: NameKind, names: impl IntoIterator<Item = &'n str>) {
        let kind = Kinds::of(&[kind]);
        self.closed = self.closed.join(kind);
        for name in names {
            let entry = self.known.entry(name.to_owned()).or_default();
            *entry = entry.join(kind);
        }
    }

    /// Opens a kind again: identifiers the model need not know, such as names of lambda variables.
    pub fn open_kind(&mut self, kind: NameKind) {
        self.closed = self.closed.without(Kinds::of(&[kind]));
    }

    /// Everything this name may stand for.
    pub(crate) fn kinds_of(&self, name: &str) -> Kinds {
        let open = Kinds::of(NameKind::ALL).without(self.closed);
        self.known
            .get(name)
            .map_or(open, |known| open.join(known.to_owned()))
    }

    pub(crate) fn is_open(&self, kind: NameKind) -> bool {
        !self.closed.has(kind)
    }

    pub(crate) fn may_be(&self, name: &str, kind: NameKind) -> bool {
        self.kinds_of(name).has(kind)
    }
}
