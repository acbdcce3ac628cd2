//! Functions that are not just a function of their arguments' values.

use serde_json::Value as Json;

use super::{Answer, Binder};
use crate::estate::kql::{
    ast::{Expr, Node},
    error::QueryError,
    expr::{Bound, Op},
    functions,
    value::{Ty, Value},
};

impl<'a> Binder<'_, 'a> {
    /// `None` if the function is an ordinary one.
    pub(super) fn special(&self, name: &str, arguments: &[Expr]) -> Option<Answer<'a>> {
        Some(match (name, arguments) {
            ("iff" | "iif", [when, then, last]) => self.case(&[when, then], last),
            ("case", [arms @ .., last]) if arms.len() >= 2 && arms.len() % 2 == 0 => {
                self.case(&arms.iter().collect::<Vec<_>>(), last)
            }
            ("iff" | "iif" | "case", _) => Err(bad_arguments(name)),
            ("coalesce", [_, _, ..]) => self.coalesce(arguments),
            ("coalesce", _) => Err(bad_arguments(name)),
            ("toscalar", [only]) => self.bind(only),
            ("typeof", [only]) => type_name(only),
            ("gettype", [only]) => self.get_type(only),
            ("extract", [pattern, group, text, kind]) => {
                self.extract(&[pattern, group, text], kind)
            }
            ("column_ifexists" | "columnifexists", [name, default]) => {
                self.column_if_exists(name, default)
            }
            ("pack_all", [] | [_]) => self.pack_all(),
            _ => return None,
        })
    }

    fn case(&self, arms: &[&Expr], last: &Expr) -> Answer<'a> {
        let last = self.bind(last)?;
        let mut ty = last.ty;
        let mut bound = Vec::new();
        for arm in arms.chunks_exact(2) {
            let [when, then] = arm else { continue };
            let then = self.bind(then)?;
            ty = common(ty, &then, &last);
            bound.push((self.condition(when)?, then));
        }
        self.folded(Bound { ty, op: Op::Case(bound, Box::new(last)) })
    }

    fn coalesce(&self, arguments: &[Expr]) -> Answer<'a> {
        let list = self.list(arguments)?;
        let ty = list.iter().map(|bound| bound.ty).reduce(Ty::common).unwrap_or(Ty::Dynamic);
        self.folded(Bound { ty, op: Op::Coalesce(list) })
    }

    /// The declared type; what is inside a `dynamic` is asked of the value.
    fn get_type(&self, of: &Expr) -> Answer<'a> {
        let bound = self.bind(of)?;
        if bound.ty != Ty::Dynamic {
            return Ok(Bound::constant(Ty::Text, Value::text(bound.ty.name())));
        }
        self.folded(Bound { ty: Ty::Text, op: Op::Call(&GET_TYPE, vec![bound]) })
    }

    fn extract(&self, arguments: &[&Expr], kind: &Expr) -> Answer<'a> {
        let mut bound = Vec::new();
        for argument in arguments {
            bound.push(self.bind(argument)?);
        }
        let kind = self.bind(kind)?;
        let ty = match kind.as_const() {
            Some(Value::Text(name)) => Ty::named(name),
            _ => None,
        };
        let (Some(ty), Some(extract)) = (ty, functions::find("extract")) else {
            return Err(bad_arguments("extract"));
        };
        let found = Bound { ty: Ty::Text, op: Op::Call(extract, bound) };
        self.folded(match functions::conversion_to(ty) {
            Some(conversion) => Bound { ty, op: Op::Call(conversion, vec![found]) },
            None => found,
        })
    }

    fn column_if_exists(&self, name: &Expr, default: &Expr) -> Answer<'a> {
        let Some(Value::Text(name)) = self.bind(name)?.as_const().cloned() else {
            return Err(QueryError::semantic(
                "column_ifexists(): the column's name must be a constant.",
            ));
        };
        if self.fields.iter().any(|field| *field.name == *name) {
            self.name(&name)
        } else {
            self.bind(default)
        }
    }

    fn pack_all(&self) -> Answer<'a> {
        let mut arguments = Vec::new();
        for field in self.fields {
            arguments.push(Bound::constant(Ty::Text, Value::text(&*field.name)));
            arguments.push(Bound { ty: field.ty, op: Op::Field(field.slot.clone()) });
        }
        let pack = functions::find("bag_pack").ok_or_else(|| bad_arguments("pack_all"))?;
        Ok(Bound { ty: Ty::Dynamic, op: Op::Call(pack, arguments) })
    }
}

/// The type two branches share; a null literal takes the other's.
fn common<'a>(so_far: Ty, then: &Bound<'a>, last: &Bound<'a>) -> Ty {
    let null = |bound: &Bound<'a>| bound.as_const().is_some_and(Value::is_null);
    if null(then) {
        return so_far;
    }
    if null(last) && so_far == last.ty { then.ty } else { so_far.common(then.ty) }
}

fn type_name(of: &Expr) -> Answer<'static> {
    match &of.node {
        Node::Name(name) if Ty::named(name).is_some() => {
            Ok(Bound::constant(Ty::Text, Value::text(name.as_str())))
        }
        _ => Err(QueryError::semantic("typeof() needs the name of a type.")),
    }
}

fn bad_arguments(name: &str) -> QueryError {
    QueryError::semantic(format!("{name}(): wrong number or kind of arguments.")).with_token(name)
}

static GET_TYPE: functions::Function = functions::Function {
    name: "gettype",
    min: 1,
    max: 1,
    returns: functions::Returns::Just(Ty::Text),
    naming: functions::Naming::Prefix("type"),
    run: |_, arguments| {
        Ok(Value::text(match arguments.first().unwrap_or(&Value::Null) {
            Value::Null => "null",
            Value::Bool(_) => "bool",
            Value::Long(_) => "long",
            Value::Real(_) => "double",
            Value::Text(_) => "string",
            Value::DateTime(_) => "datetime",
            Value::TimeSpan(_) => "timespan",
            Value::Guid(_) => "guid",
            Value::Tree(tree) if matches!(**tree, Json::Array(_)) => "array",
            Value::Tree(_) => "dictionary",
        }))
    },
};
