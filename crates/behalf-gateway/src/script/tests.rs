mod binding;
mod bodies;
mod golden;
mod grammar;
mod lines;
mod properties;
mod refusals;

use std::collections::BTreeMap;

use behalf_model::method::{Field, FieldType, Method, Policy};
use behalf_model::profile::{Profile, Variable};
use jiff::Timestamp;
use serde_json::value::RawValue;

use super::*;

pub(super) const GRAPH: &str = "https://graph.microsoft.com/v1.0";

/// The script of example 1, verbatim.
pub(super) const EXAMPLE_1: &str = r#"Method=PATCH
Path=/sites/{$Site Id}/lists/Products/items/{$Item Id}
Body={ "Color": "{$Color}", "Price": "{$Price}" }
"#;

/// The script of example 2, verbatim.
pub(super) const EXAMPLE_2: &str = r#"Method=POST
Path=/orders
Body={ "CustomerId": "{$Customer Id}", "Order Reference": "{$Order Reference}" }
"#;

pub(super) fn text(name: &str) -> Field {
    Field::new(name, FieldType::Text)
}

pub(super) fn texts(names: &[&str]) -> Vec<Field> {
    names.iter().map(|name| text(name)).collect()
}

pub(super) fn example_1_fields() -> Vec<Field> {
    let mut fields = texts(&["Site Id", "Item Id", "Color"]);
    fields[0].required = true;
    fields.push(Field::new("Price", FieldType::Currency));
    fields
}

pub(super) fn method(script: &str, fields: Vec<Field>) -> Method {
    Method {
        object: "Product".to_owned(),
        name: "Update Product".to_owned(),
        label: None,
        description: None,
        kind: None,
        profiles: vec!["Graph OBO".to_owned()],
        input: fields,
        output: Vec::new(),
        policy: Policy::default(),
        script: script.to_owned(),
        allow_raw: Vec::new(),
        lenient: false,
        passthrough: false,
    }
}

/// A method compiled for one profile.
pub(super) struct Ready {
    pub script: RestScript,
    pub inputs: Inputs,
    pub target: Target,
}

pub(super) fn ready(script: &str, fields: Vec<Field>) -> Ready {
    of(&method(script, fields), &Profile::new("Graph OBO", GRAPH))
}

pub(super) fn of(method: &Method, profile: &Profile) -> Ready {
    Ready {
        script: compile(method).unwrap(),
        inputs: Inputs::compile(&method.input).unwrap(),
        target: Target::new(profile).unwrap(),
    }
}

pub(super) fn now() -> Timestamp {
    "2026-03-01T08:30:00Z".parse().unwrap()
}

impl Ready {
    pub fn bind(&self, json: &str) -> Result<Bound, Vec<InputError>> {
        let members: Vec<(String, Box<RawValue>)> =
            serde_json::from_str::<BTreeMap<String, Box<RawValue>>>(json)
                .unwrap()
                .into_iter()
                .collect();
        let given = members.iter().map(|(n, raw)| (n, RawInput::from(&**raw)));
        self.inputs.bind(given)
    }

    pub fn render(&self, json: &str) -> Result<RenderedRequest, RenderError> {
        let bound = self.bind(json).unwrap();
        let context = ProvenContext::anonymous("req-1", now());
        render(&self.script, &bound, &context, &self.target)
    }

    pub fn body(&self, json: &str) -> String {
        String::from_utf8(self.render(json).unwrap().body.to_vec()).unwrap()
    }

    pub fn path(&self, json: &str) -> String {
        self.render(json).unwrap().path_and_query().to_owned()
    }
}

/// The only compile error of a script over these fields.
pub(super) fn refusal(script: &str, fields: Vec<Field>) -> CompileError {
    let mut errors = compile(&method(script, fields)).unwrap_err();
    assert_eq!(errors.len(), 1, "{errors:?}");
    errors.remove(0)
}

pub(super) fn graph_with_variables() -> Profile {
    let mut profile = Profile::new("Graph OBO", GRAPH);
    let public = Variable {
        value: "north & south".to_owned(),
        public: true,
    };
    profile.variables.insert("Region".to_owned(), public);
    profile
        .variables
        .insert("Hidden".to_owned(), "secret".into());
    profile
}
