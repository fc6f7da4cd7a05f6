use super::super::{expression, preferences, query_options, relative_uri};
use super::warehouse;
use crate::odata::expression::{
    Expression as E, Key, KeyValue, Method, Operator as O, Path, Root, Segment, Unary,
};
use crate::odata::limits::{Limits, Reason, Refused};
use crate::odata::literal::{EnumerationMember, Literal as L, Name};
use crate::odata::preference::{Preference, Return};
use crate::odata::query::{
    ExpandStep, QueryOption, Search, SelectItem, SelectStep, Transformation,
};
use crate::odata::resource::{Resource, ResourceRoot};

fn read(text: &str) -> E {
    expression(text, &warehouse(), Limits::default())
        .unwrap_or_else(|refused| panic!("{text}: {refused}"))
}

fn literal(text: &str) -> L {
    match read(text) {
        E::Literal(literal) => literal,
        other => panic!("{text}: {other:?}"),
    }
}

fn options(text: &str) -> Vec<QueryOption> {
    query_options(text, &warehouse(), Limits::default())
        .unwrap_or_else(|refused| panic!("{text}: {refused}"))
}

fn path(root: Root, segments: &[Segment]) -> E {
    E::Path(Path {
        root,
        segments: segments.to_vec(),
    })
}

fn name(name: &str) -> Segment {
    Segment::Name(Name::plain(name))
}

fn property(of: &str) -> E {
    path(Root::Implicit, &[name(of)])
}

fn number(value: i64) -> E {
    E::Literal(L::Integer(value))
}

fn binary(left: E, operator: O, right: E) -> E {
    E::Binary(operator, Box::new(left), Box::new(right))
}

#[test]
fn operators_bind_as_the_url_conventions_say() {
    let sum = binary(number(1), O::Add, binary(number(2), O::Mul, number(3)));
    assert_eq!(read("1 add 2 mul 3"), sum);
    assert_eq!(
        read("(1 add 2) mul 3"),
        binary(binary(number(1), O::Add, number(2)), O::Mul, number(3))
    );
    assert_eq!(
        read("9 sub 3 sub 2"),
        binary(binary(number(9), O::Sub, number(3)), O::Sub, number(2)),
        "from the left"
    );
    let heavy = || binary(property("Grams"), O::Gt, number(5));
    let first = || binary(property("Nr"), O::Eq, number(1));
    assert_eq!(
        read("Grams gt 5 or Nr eq 1 and Grams gt 5"),
        E::Or(vec![heavy(), E::And(vec![first(), heavy()])])
    );
    assert_eq!(
        read("Nr eq 1 and Nr eq 1 and Nr eq 1"),
        E::And(vec![first(), first(), first()]),
        "one node"
    );
    let negated = E::Unary(Unary::Negate, Box::new(property("Nr")));
    assert_eq!(read("-Nr add 1"), binary(negated, O::Add, number(1)));
    assert_eq!(
        read("1 gt 2 eq false"),
        binary(
            binary(number(1), O::Gt, number(2)),
            O::Eq,
            E::Literal(L::Boolean(false))
        )
    );
    let not_in = binary(
        property("Nr"),
        O::In,
        E::List(vec![L::Integer(1), L::Integer(2)]),
    );
    assert_eq!(
        read("not Nr in (1,2)"),
        E::Unary(Unary::Not, Box::new(not_in))
    );
}

#[test]
fn literals_come_out_decoded() {
    assert_eq!(
        literal("'it''s%20%C3%A9%27%27'"),
        L::String("it's é'".into())
    );
    assert_eq!(literal("%2B7"), L::Integer(7));
    assert_eq!(literal("-7"), L::Integer(-7));
    assert_eq!(literal("%2B1.50e%2B2"), L::Decimal("1.50e2".into()));
    assert_eq!(
        literal("99999999999999999999"),
        L::Decimal("99999999999999999999".into())
    );
    assert_eq!(literal("-INF"), L::NegativeInfinity);
    assert_eq!(literal("TRUE"), L::Boolean(true));
    assert_eq!(
        literal("2024-02-29T12%3A30%2B01%3A00"),
        L::DateTimeOffset("2024-02-29T12:30+01:00".into())
    );
    assert_eq!(literal("12:30"), L::TimeOfDay("12:30".into()));
    assert_eq!(literal("binary'AAE='"), L::Binary(vec![0, 1]));
    assert_eq!(literal("duration'PT5S'"), L::Duration("PT5S".into()));
    let guid = "0F8FAD5B-D9CB-469F-A165-70867728950E";
    assert_eq!(literal(guid), L::Guid(guid.to_lowercase()));
    let hazard = Name {
        namespace: Some("Ware".into()),
        name: "Hazard".into(),
    };
    let members = vec![
        EnumerationMember::Name("Fire".into()),
        EnumerationMember::Value(4),
    ];
    assert_eq!(
        literal("Ware.Hazard'Fire,4'"),
        L::Enumeration {
            type_name: Some(hazard),
            members
        }
    );
    match literal("geography'SRID=4326;Point%288.5%2047.3%29'") {
        L::Geo(geo) => assert_eq!(
            (geo.round, geo.srid, geo.shape.as_str()),
            (true, 4326, "Point(8.5 47.3)")
        ),
        other => panic!("{other:?}"),
    }
}

#[test]
fn paths_tell_where_they_begin_and_what_follows() {
    let key = Segment::Key(Key::Single(KeyValue::Literal(L::Integer(1))));
    assert_eq!(
        read("Contents(1)/Keeper/Label"),
        path(
            Root::Implicit,
            &[name("Contents"), key, name("Keeper"), name("Label")]
        )
    );
    assert_eq!(
        read("@p/Label"),
        path(Root::Alias("p".into()), &[name("Label")])
    );
    assert_eq!(read("$it"), path(Root::It, &[]));
    assert_eq!(
        read("$root/Headquarters"),
        path(Root::Service, &[name("Headquarters")])
    );
    assert_eq!(
        read("Twice"),
        path(Root::Unresolved("Twice".into()), &[]),
        "perhaps computed, perhaps a mistake"
    );
    let E::Path(any) = read("Contents/any(c:c/Nr eq other)") else {
        panic!("a path")
    };
    let Some(Segment::Any(Some(lambda))) = any.segments.last() else {
        panic!("any")
    };
    let of_variable = path(Root::Variable("c".into()), &[name("Nr")]);
    let unresolved = path(Root::Unresolved("other".into()), &[]);
    assert_eq!(lambda.predicate, binary(of_variable, O::Eq, unresolved));
    assert_eq!(
        read("concat(c,c)"),
        E::Call {
            method: Method::Concat,
            arguments: vec![path(Root::Unresolved("c".into()), &[]); 2]
        },
        "the variable ends with its lambda expression"
    );
}

#[test]
fn json_values_come_out_decoded() {
    let text = |text: &str| E::Literal(L::String(text.into()));
    assert_eq!(
        read(r#"{"a":["x\n\u00e9\"",'y'],"b c":null}"#),
        E::Object(vec![
            ("a".into(), E::Array(vec![text("x\né\""), text("y")])),
            ("b c".into(), E::Literal(L::Null))
        ])
    );
}

#[test]
fn options_keep_order_and_nesting() {
    let all = options("$filter=Nr eq @n&$top=5&@n=3&trace=a%20b&$expand=Contents/$ref($top=2)");
    assert!(matches!(&all[0], QueryOption::Filter(E::Binary(O::Eq, ..))));
    assert_eq!(all[1], QueryOption::Top(5));
    assert_eq!(all[2], QueryOption::Alias("n".into(), number(3)));
    assert_eq!(
        all[3],
        QueryOption::Custom("trace".into(), Some("a b".into()))
    );
    let QueryOption::Expand(items) = &all[4] else {
        panic!("{all:?}")
    };
    assert_eq!(
        items[0].path,
        [
            ExpandStep::Name(Name::plain("Contents")),
            ExpandStep::Reference
        ]
    );
    assert_eq!(items[0].options, [QueryOption::Top(2)]);
    assert_eq!(
        options("$select=Origin/Town,*"),
        [QueryOption::Select(vec![
            SelectItem::Path {
                path: vec![
                    SelectStep::Name(Name::plain("Origin")),
                    SelectStep::Name(Name::plain("Town"))
                ],
                overload: None,
                options: vec![],
            },
            SelectItem::All
        ])]
    );
    let orders = options("$orderby=Nr desc,Label");
    let QueryOption::OrderBy(orders) = &orders[0] else {
        panic!("{orders:?}")
    };
    assert_eq!(
        orders
            .iter()
            .map(|order| order.descending)
            .collect::<Vec<_>>(),
        [true, false]
    );
    assert_eq!(
        options("$top=99999999999999999999999"),
        [QueryOption::Top(u64::MAX)]
    );
    let apply = options("$apply=filter(Grams gt 1)/aggregate(Grams with sum as T)");
    let QueryOption::Apply(steps) = &apply[0] else {
        panic!("{apply:?}")
    };
    assert!(matches!(
        &steps[..],
        [Transformation::Filter(_), Transformation::Aggregate(_)]
    ));
}

#[test]
fn searches_bind_not_before_and_before_or() {
    let term = |text: &str| Search::Term(text.into());
    let search = |text: &str| match options(&format!("$search={text}")).remove(0) {
        QueryOption::Search(search) => search,
        other => panic!("{other:?}"),
    };
    assert_eq!(
        search("a OR NOT b c"),
        Search::Or(vec![
            term("a"),
            Search::And(vec![Search::Not(Box::new(term("b"))), term("c")])
        ])
    );
    assert_eq!(
        search("\"a%20NOT\" AND"),
        Search::And(vec![term("a NOT"), term("AND")]),
        "the last word is no operator"
    );
    assert_eq!(search("'a ''b'"), Search::Free("a 'b".into()));
}

#[test]
fn request_urls_come_out_whole() {
    let found = relative_uri(
        "Parcels(Nr=1,Bay=@b)/ColdParcel/Label?$format=json",
        &warehouse(),
        Limits::default(),
    );
    let Ok(Resource::Path { path, options }) = found else {
        panic!("{found:?}")
    };
    assert_eq!(path.root, ResourceRoot::Service);
    let key = Key::Compound(vec![
        ("Nr".into(), KeyValue::Literal(L::Integer(1))),
        ("Bay".into(), KeyValue::Alias("b".into())),
    ]);
    assert_eq!(
        path.segments,
        [
            name("Parcels"),
            Segment::Key(key),
            name("ColdParcel"),
            name("Label")
        ]
    );
    assert_eq!(options, [QueryOption::Format("json".into())]);
    let keyed =
        super::super::resource_path("Parcels/a%2Fb", &warehouse(), Limits::default()).unwrap();
    assert_eq!(
        keyed.segments,
        [name("Parcels"), Segment::KeySegment("a/b".into())]
    );
}

#[test]
fn preferences_are_read() {
    assert_eq!(
        preferences(
            "return=minimal, odata.maxpagesize=50,wait=5",
            Limits::default()
        )
        .unwrap(),
        [
            Preference::Return(Return::Minimal),
            Preference::MaxPageSize(50),
            Preference::Wait(5)
        ]
    );
}

#[test]
fn a_refusal_tells_how_far_the_text_was_understood() {
    let at = |text: &str| expression(text, &warehouse(), Limits::default()).unwrap_err();
    assert_eq!(
        at("Nr eq 1 ?"),
        Refused {
            at: 8,
            reason: Reason::Syntax
        }
    );
    assert_eq!(at("Origin/Nowhere eq 1").at, 14);
    assert_eq!(
        at("length(Label").to_string(),
        "the text is not valid here, at position 12"
    );
}
