use crate::odata::grammar::Parser;
use crate::odata::limits::{Limits, Reason};
use crate::odata::names::Names;
use crate::odata::parse::{expression, query_options, relative_uri};

const GENEROUS: Limits = Limits {
    length: 4 << 20,
    depth: 64,
    height: 512,
};

fn reason(text: &str) -> Option<Reason> {
    expression(text, &Names::open(), Limits::default())
        .err()
        .map(|refused| refused.reason)
}

/// Steps taken for a text, right or wrong.
fn work(text: &str) -> usize {
    let names = Names::open();
    let mut parser = Parser::new(text, &names, GENEROUS);
    let _ = parser.relative_uri();
    parser.work_done()
}

#[test]
fn nesting_is_bounded_and_needs_little_stack() {
    let nested: [(&str, &str); 12] = [
        ("(", ")"),
        ("[", "]"),
        ("%28", "%29"),
        ("{\"a\":", "}"),
        ("tolower(", ")"),
        ("concat('a',", ")"),
        ("cast(", ",Edm.String)"),
        ("Items/any(x:", ")"),
        ("Items/$filter(", ")/$count"),
        ("case(true:", ")"),
        ("f(p=", ")"),
        ("Items/aggregate(", " with sum)"),
    ];
    let small_stack = std::thread::Builder::new().stack_size(1 << 20);
    let checked = small_stack.spawn(move || {
        for (open, close) in nested {
            let deep = |levels: usize| format!("{}1{}", open.repeat(levels), close.repeat(levels));
            assert_eq!(reason(&deep(20)), None, "{open}");
            assert_eq!(reason(&deep(1000)), Some(Reason::TooDeep), "{open}");
            assert_eq!(reason(&open.repeat(3000)), Some(Reason::TooDeep), "{open}");
        }
    });
    checked.unwrap().join().unwrap();
}

#[test]
fn nested_options_and_searches_are_bounded() {
    let cases = [
        ("$expand=", "A($expand=", "B", ")"),
        ("$select=", "A($select=", "B", ")"),
        ("$search=", "(", "b", ")"),
        ("$search=", "NOT ", "b", ""),
        ("$apply=", "concat(identity,", "identity", ")"),
        ("$apply=", "groupby((A),", "identity", ")"),
    ];
    for (start, open, middle, close) in cases {
        let deep = |levels: usize| {
            format!(
                "{start}{}{middle}{}",
                open.repeat(levels),
                close.repeat(levels)
            )
        };
        let read = |text: &str| query_options(text, &Names::open(), Limits::default());
        assert!(
            read(&deep(20)).is_ok(),
            "{start}{open}: {:?}",
            read(&deep(20))
        );
        assert_eq!(
            read(&deep(500)).unwrap_err().reason,
            Reason::TooDeep,
            "{start}{open}"
        );
    }
}

#[test]
fn long_chains_of_and_and_or_are_flat_and_others_are_bounded() {
    for operator in [" and ", " or ", " and not ", " or a eq ", " eq 1 add 2 or "] {
        let chain = vec!["a"; 3000].join(operator);
        assert_eq!(reason(&chain), None, "{operator}");
    }
    for chain in [
        vec!["1"; 2000].join(" add "),
        vec!["1"; 2000].join(" eq "),
        format!("{}a", "- ".repeat(2000)),
        format!("{}a", "not ".repeat(2000)),
    ] {
        assert_eq!(reason(&chain), Some(Reason::TooDeep), "{}", &chain[..20]);
    }
    assert_eq!(reason(&vec!["1"; 400].join(" add ")), None);
}

#[test]
fn a_long_text_is_refused_before_it_is_read() {
    let text = format!("'{}'", "a".repeat(Limits::default().length));
    assert_eq!(reason(&text), Some(Reason::TooLong));
    let names = Names::open();
    let mut parser = Parser::new(&text, &names, Limits::default());
    assert!(parser.relative_uri().is_none());
    assert!(parser.work_done() < 100);
}

/// What would explode in a parser that tries alternatives twice, at two lengths: the work grows with the length.
#[test]
fn work_grows_with_the_length_only() {
    type Shape = fn(usize) -> String;
    let shapes: [(&str, Shape); 25] = [
        ("brackets never closed", |n| {
            format!("A?$filter={}", "(".repeat(n.min(60)) + &"a or ".repeat(n))
        }),
        ("chain of and", |n| {
            format!("A?$filter={}a", "a and ".repeat(n))
        }),
        ("chain of comparisons that fails", |n| {
            format!("A?$filter={}!", "a eq 1 or ".repeat(n))
        }),
        ("casts never closed", |n| {
            format!("A?$filter={}", "a or cast(a,".repeat(n))
        }),
        ("functions never closed", |n| {
            format!("A?$filter={}", "f(p=".repeat(n))
        }),
        ("lambdas never closed", |n| {
            format!("A?$filter={}", "a/any(x:".repeat(n))
        }),
        ("arrays never closed", |n| {
            format!("A?$filter={}", "[".repeat(n))
        }),
        ("aggregates never closed", |n| {
            format!("A?$filter={}", "a/aggregate(".repeat(n))
        }),
        ("NOT and brackets", |n| {
            format!("A?$search={}", "NOT (".repeat(n))
        }),
        ("words of search", |n| {
            format!("A?$search={}a", "NOT AND OR ".repeat(n))
        }),
        ("lists", |n| {
            format!("A?$filter={}a", "a in (1,2,3) or ".repeat(n))
        }),
        ("one long list that fails", |n| {
            format!("A?$filter=a in ({}a)", "'b',".repeat(n))
        }),
        ("unclosed string", |n| {
            format!("A?$filter=a eq '{}", "a".repeat(n))
        }),
        ("long number", |n| {
            format!("A?$filter=a eq {}", "1".repeat(n))
        }),
        ("keys as segments", |n| format!("A{}", "/1".repeat(n))),
        ("path", |n| format!("A?$filter={}a eq 1", "a/".repeat(n))),
        ("expand items", |n| {
            format!("A?$expand={}A", "A/B($select=a;$expand=B),".repeat(n))
        }),
        ("brackets closed, then an error", |n| {
            format!(
                "A?$filter={}{}a{}!",
                "a or ".repeat(n),
                "(".repeat(50),
                ")".repeat(50)
            )
        }),
        ("lambdas closed, then an error", |n| {
            format!(
                "A?$filter={}{}a{}!",
                "a or ".repeat(n),
                "a/any(x:".repeat(50),
                ")".repeat(50)
            )
        }),
        ("functions closed, then an error", |n| {
            format!(
                "A?$filter={}{}a{}!",
                "a or ".repeat(n),
                "f(p=".repeat(50),
                ")".repeat(50)
            )
        }),
        ("casts closed, then an error", |n| {
            format!(
                "A?$filter={}{}a{}!",
                "a or ".repeat(n),
                "cast(".repeat(50),
                ",b)".repeat(50)
            )
        }),
        ("canonical functions closed, then an error", |n| {
            format!(
                "A?$filter={}{}a{}!",
                "a or ".repeat(n),
                "concat(a,".repeat(50),
                ")".repeat(50)
            )
        }),
        ("expand closed, then an error", |n| {
            format!(
                "A?$expand={}{}a{}!",
                "a,".repeat(n),
                "a($expand=".repeat(50),
                ")".repeat(50)
            )
        }),
        ("search closed, then an error", |n| {
            format!(
                "A?$search={}{}a{};",
                "a ".repeat(n),
                "NOT (".repeat(20),
                ")".repeat(20)
            )
        }),
        ("dots", |n| format!("A?$filter={}a", "a.".repeat(n))),
    ];
    for (what, shape) in shapes {
        let (short, long) = (shape(200), shape(3200));
        let per_byte = |text: &str| work(text) / text.len();
        let (small, large) = (per_byte(&short), per_byte(&long));
        assert!(
            large <= small * 2 + 16,
            "{what}: {small} steps a byte, then {large}"
        );
        assert!(large < 64, "{what}: {large} steps a byte");
    }
}

#[test]
fn bytes_at_random_never_do_harm() {
    use proptest::prelude::*;
    let pieces = prop::sample::select(vec![
        "(",
        ")",
        "[",
        "]",
        "{",
        "}",
        "'",
        "\"",
        "%27",
        "%22",
        "%2",
        "%",
        "$",
        "@",
        "/",
        ",",
        ";",
        ":",
        "=",
        "&",
        "?",
        "#",
        " ",
        "a",
        "any",
        "all",
        "not",
        "and",
        "in",
        "has",
        "eq",
        "$it",
        "$this",
        "$root/",
        "$filter",
        "$expand",
        "$apply",
        "aggregate",
        "with",
        "as",
        "cast",
        "1",
        "-",
        "+",
        ".",
        "e",
        "T",
        "Z",
        "null",
        "true",
        "é",
        "\u{1f600}",
    ]);
    let texts = prop::collection::vec(pieces, 0..40).prop_map(|pieces| pieces.concat());
    proptest!(ProptestConfig::with_cases(2000), |(text in texts)| {
        let names = Names::open();
        let _ = relative_uri(&text, &names, Limits::default());
        let _ = expression(&text, &names, Limits::default());
        for rule in ["odataUri", "context", "header", "primitiveValue", "queryOptions"] {
            let _ = crate::odata::parse::by_rule(rule, &text, &names, Limits::default());
        }
    });
}
