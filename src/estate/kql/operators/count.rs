//! `count` and `getschema`: rows about the rows.

use crate::estate::kql::{
    relation::{Relation, Row},
    value::{Ty, Value},
};

pub(super) fn count<'a>(name: Option<&str>, input: &Relation<'a>) -> Relation<'a> {
    let total = Value::Long(i64::try_from(input.rows.len()).unwrap_or(i64::MAX));
    Relation::of_cells(
        vec![(name.unwrap_or("Count").into(), Ty::Long)],
        vec![Row::of_cells(vec![total])],
    )
}

pub(super) fn schema<'a>(input: &Relation<'a>) -> Relation<'a> {
    let rows = (0_i64..).zip(&input.fields).map(|(at, field)| {
        let data_type = match field.ty {
            Ty::Bool => "System.SByte",
            Ty::Int => "System.Int32",
            Ty::Long => "System.Int64",
            Ty::Real => "System.Double",
            Ty::Decimal => "System.Data.SqlTypes.SqlDecimal",
            Ty::Text => "System.String",
            Ty::DateTime => "System.DateTime",
            Ty::TimeSpan => "System.TimeSpan",
            Ty::Guid => "System.Guid",
            Ty::Dynamic => "System.Object",
        };
        let (name, ty) = (Value::text(&*field.name), Value::text(field.ty.name()));
        Row::of_cells(vec![name, Value::Long(at), Value::text(data_type), ty])
    });
    let columns = [
        ("ColumnName", Ty::Text),
        ("ColumnOrdinal", Ty::Int),
        ("DataType", Ty::Text),
        ("ColumnType", Ty::Text),
    ];
    Relation::of_cells(columns.map(|(name, ty)| (name.into(), ty)).into(), rows.collect())
}
