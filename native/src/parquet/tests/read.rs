//! Reads what was written by another reader of Parquet.

use std::fs::File;
use std::path::Path;
use std::sync::Arc;

use parquet::basic::{Compression, ZstdLevel};
use parquet::column::page::PageReader;
use parquet::column::reader::{ColumnReader, ColumnReaderImpl, get_column_reader};
use parquet::data_type::DataType;
use parquet::file::metadata::ColumnChunkMetaData;
use parquet::file::serialized_reader::SerializedPageReader;
use parquet::schema::parser::parse_message_type;
use parquet::schema::types::SchemaDescriptor;

use super::model::{Entries, Value};
use crate::parquet::Chunk;
use crate::plan::{Leaf, Physical};

/// A schema that the leaf is the only one of.
fn schema_of(leaf: &Leaf) -> String {
    let kind = match leaf.physical {
        Physical::Boolean => "boolean",
        Physical::Int32 => "int32",
        Physical::Int64 => "int64",
        Physical::Text => "binary",
    };
    let mut inside = format!("optional {kind} v;");
    if leaf.max_rep > 0 {
        inside =
            format!("optional group l (LIST) {{ repeated group list {{ optional group element {{ {inside} }} }} }}");
    } else {
        for i in 1..leaf.max_def {
            inside = format!("optional group s{i} {{ {inside} }}");
        }
    }
    format!("message m {{ {inside} }}")
}

pub fn read(path: &Path, leaf: &Leaf, chunk: &Chunk, rows: usize) -> Entries {
    let schema = SchemaDescriptor::new(Arc::new(parse_message_type(&schema_of(leaf)).expect("a schema")));
    let dictionary = chunk.dictionary_bytes > 0;
    let meta = ColumnChunkMetaData::builder(schema.column(0))
        .set_compression(Compression::ZSTD(ZstdLevel::default()))
        .set_num_values(chunk.entries as i64)
        .set_total_compressed_size(chunk.bytes as i64)
        .set_total_uncompressed_size(chunk.uncompressed as i64)
        .set_data_page_offset(chunk.start as i64 + chunk.dictionary_bytes as i64)
        .set_dictionary_page_offset(dictionary.then_some(chunk.start as i64))
        .build()
        .expect("metadata");
    let file = Arc::new(File::open(path).expect("a file"));
    let pages = SerializedPageReader::new(file, &meta, rows, None).expect("pages");
    let pages: Box<dyn PageReader> = Box::new(pages);
    match get_column_reader(schema.column(0), pages) {
        ColumnReader::BoolColumnReader(r) => all(r, |v| Value::Number(i64::from(v))),
        ColumnReader::Int32ColumnReader(r) => all(r, |v| Value::Number(i64::from(v))),
        ColumnReader::Int64ColumnReader(r) => all(r, Value::Number),
        ColumnReader::ByteArrayColumnReader(r) => all(r, |v| Value::Text(v.data().to_vec())),
        _ => panic!("a type that is not written"),
    }
}

fn all<T: DataType>(mut reader: ColumnReaderImpl<T>, value: impl Fn(T::T) -> Value) -> Entries {
    let (mut defs, mut reps, mut values) = (Vec::new(), Vec::new(), Vec::new());
    loop {
        let (records, ..) = reader
            .read_records(100_000, Some(&mut defs), Some(&mut reps), &mut values)
            .expect("values");
        if records == 0 {
            break;
        }
    }
    Entries {
        defs,
        reps,
        values: values.into_iter().map(value).collect(),
    }
}
