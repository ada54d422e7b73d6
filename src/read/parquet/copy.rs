//! Rows of tables, chosen one by one, as a table of their own: every column as it was.

use std::io::{self, Write};
use std::sync::{Arc, Mutex, PoisonError};

use ::parquet::basic::{LogicalType, Repetition, Type as Physical};
use ::parquet::column::reader::{ColumnReader, ColumnReaderImpl};
use ::parquet::data_type::{BoolType, ByteArray, ByteArrayType, DataType, DoubleType};
use ::parquet::errors::{ParquetError, Result};
use ::parquet::file::metadata::{KeyValue, RowGroupMetaData};
use ::parquet::file::properties::WriterProperties;
use ::parquet::file::reader::FileReader;
use ::parquet::file::writer::{
    SerializedColumnWriter, SerializedFileWriter, SerializedRowGroupWriter,
};
use ::parquet::schema::types::{ColumnDescriptor, Type, TypePtr};

use super::super::Source;
use super::{guarded, open, words};

/// Rows that are copied at a time.
const BATCH: usize = 1024;

/// Why a record was removed, as the columns of `wirecopy` say.
#[derive(Clone, Debug, PartialEq)]
pub struct Removal {
    /// Id of the record that was kept in its place.
    pub kept: String,
    /// Jaccard similarity of the two, 0..=1.
    pub similarity: f32,
    /// Share of the removed text that the kept one holds, 0..=1.
    pub containment: f32,
    /// What the removal rests on.
    pub reason: &'static str,
    /// Whether similarity and containment are estimates.
    pub estimated: bool,
}

/// Writes chosen records of Parquet sources to one Parquet file.
pub struct TableWriter {
    writer: SerializedFileWriter<Pipe>,
    written: Pipe,
    /// The columns of every source.
    schema: TypePtr,
    first: String,
    with_removals: bool,
}

/// What was written and not yet handed on. The library's writer wants to own what it writes to.
#[derive(Clone, Default)]
struct Pipe(Arc<Mutex<Vec<u8>>>);

impl Write for Pipe {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Pipe {
    fn hand_on(&self, out: &mut dyn Write) -> io::Result<()> {
        let bytes = std::mem::take(&mut *self.0.lock().unwrap_or_else(PoisonError::into_inner));
        out.write_all(&bytes)
    }
}

impl TableWriter {
    /// A writer of rows of `first` and of sources with the same columns; with a column `wirecopy` more when
    /// `with_removals`. Compression and other properties of the columns are those of `first`.
    ///
    /// # Errors
    /// When `first` is no Parquet file, or nothing can be written.
    pub fn new(first: &Source, with_removals: bool) -> io::Result<Self> {
        let table = first.table().ok_or_else(|| {
            failed(format!(
                "`{}` is not Parquet; name the output .jsonl for inputs that are not all Parquet",
                first.path()
            ))
        })?;
        let reader = open(table.bytes.clone()).map_err(failed)?;
        let about = reader.metadata().file_metadata();
        let schema = about.schema_descr().root_schema_ptr();
        let mut properties = WriterProperties::builder();
        if let Some(group) = reader.metadata().row_groups().first() {
            for column in group.columns() {
                let path = column.column_path().clone();
                properties = properties.set_column_compression(path, column.compression());
            }
        }
        // Arrow's own copy of the schema says nothing of a column more, and readers refuse a file where it does not fit.
        let kept = |pair: &&KeyValue| !(with_removals && pair.key == "ARROW:schema");
        let said: Vec<KeyValue> = about
            .key_value_metadata()
            .map(|pairs| pairs.iter().filter(kept).cloned().collect())
            .unwrap_or_default();
        let properties = properties
            .set_key_value_metadata((!said.is_empty()).then_some(said))
            .build();
        let own = if with_removals {
            with_removal_columns(&schema)
        } else {
            Ok(schema.clone())
        };
        let written = Pipe::default();
        let writer = own
            .and_then(|own| SerializedFileWriter::new(written.clone(), own, Arc::new(properties)))
            .map_err(|error| failed(words(&error)))?;
        Ok(Self {
            writer,
            written,
            schema,
            first: first.path().to_owned(),
            with_removals,
        })
    }

    /// Copies the records of `source` that begin at `offsets`, which rise. With a column of removals there is one of
    /// `removals` for each.
    ///
    /// # Errors
    /// When `source` is no Parquet file or has other columns than the first, and when `out` fails.
    pub fn copy(
        &mut self,
        source: &Source,
        offsets: &[u64],
        removals: &[Removal],
        out: &mut dyn Write,
    ) -> io::Result<()> {
        if offsets.is_empty() {
            return Ok(());
        }
        let table = source.table().ok_or_else(|| {
            failed(format!(
                "`{}` is not Parquet; name the output .jsonl for inputs that are not all Parquet",
                source.path()
            ))
        })?;
        let reader = open(table.bytes.clone()).map_err(failed)?;
        let schema = reader.metadata().file_metadata().schema_descr();
        if schema.root_schema().get_fields() != self.schema.get_fields() {
            return Err(failed(format!(
                "`{}` has other columns than `{}`, so that one Parquet file cannot hold both; name the output .jsonl",
                source.path(),
                self.first
            )));
        }
        let rows = source.lines_at(offsets);
        let copied = guarded(|| {
            let group = reader.get_row_group(table.group)?;
            let about: &RowGroupMetaData = group.metadata();
            let mut to = self.writer.next_row_group()?;
            for leaf in 0..about.num_columns() {
                let column = to.next_column()?.ok_or_else(too_few)?;
                copy_column(
                    group.get_column_reader(leaf)?,
                    &schema.column(leaf),
                    &rows,
                    column,
                )?;
            }
            if self.with_removals {
                write_removals(&mut to, removals)?;
            }
            to.close()?;
            Ok(())
        });
        copied.map_err(|error| failed(format!("`{}`: {}", source.path(), words(&error))))?;
        self.written.hand_on(out)
    }

    /// Writes what ends the file.
    ///
    /// # Errors
    /// When `out` fails.
    pub fn finish(self, out: &mut dyn Write) -> io::Result<()> {
        self.writer.close().map_err(|error| failed(words(&error)))?;
        self.written.hand_on(out)
    }
}

fn failed(message: String) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, message)
}

fn too_few() -> ParquetError {
    ParquetError::General("a column is missing".to_owned())
}

/// The columns of a table and a group `wirecopy` after them.
fn with_removal_columns(schema: &Type) -> Result<TypePtr> {
    let field = |name: &str, physical: Physical, logical: Option<LogicalType>| {
        Type::primitive_type_builder(name, physical)
            .with_repetition(Repetition::REQUIRED)
            .with_logical_type(logical)
            .build()
            .map(Arc::new)
    };
    let removal = vec![
        field("kept", Physical::BYTE_ARRAY, Some(LogicalType::String))?,
        field("similarity", Physical::DOUBLE, None)?,
        field("containment", Physical::DOUBLE, None)?,
        field("reason", Physical::BYTE_ARRAY, Some(LogicalType::String))?,
        field("estimated", Physical::BOOLEAN, None)?,
    ];
    let mut name = "wirecopy".to_owned();
    while schema.get_fields().iter().any(|field| field.name() == name) {
        // A file that was written like this before has the column already.
        name.push('_');
    }
    let removal = Type::group_type_builder(&name)
        .with_repetition(Repetition::REQUIRED)
        .with_fields(removal)
        .build()?;
    let mut fields = schema.get_fields().to_vec();
    fields.push(Arc::new(removal));
    Type::group_type_builder(schema.name())
        .with_fields(fields)
        .build()
        .map(Arc::new)
}

/// Writes the five columns of removals.
fn write_removals(to: &mut SerializedRowGroupWriter<'_, Pipe>, removals: &[Removal]) -> Result<()> {
    let strings = |of: fn(&Removal) -> &str| -> Vec<ByteArray> {
        removals
            .iter()
            .map(|removal| ByteArray::from(of(removal)))
            .collect()
    };
    // Three decimals, as in records.
    let rounded = |of: fn(&Removal) -> f32| -> Vec<f64> {
        let round = |share: f32| (f64::from(share) * 1000.0).round() / 1000.0;
        removals.iter().map(|removal| round(of(removal))).collect()
    };
    write::<ByteArrayType>(to, &strings(|removal| &removal.kept))?;
    write::<DoubleType>(to, &rounded(|removal| removal.similarity))?;
    write::<DoubleType>(to, &rounded(|removal| removal.containment))?;
    write::<ByteArrayType>(to, &strings(|removal| removal.reason))?;
    let estimated: Vec<bool> = removals.iter().map(|removal| removal.estimated).collect();
    write::<BoolType>(to, &estimated)
}

fn write<T: DataType>(to: &mut SerializedRowGroupWriter<'_, Pipe>, values: &[T::T]) -> Result<()> {
    let mut column = to.next_column()?.ok_or_else(too_few)?;
    column.typed::<T>().write_batch(values, None, None)?;
    column.close()
}

fn copy_column(
    reader: ColumnReader,
    descriptor: &ColumnDescriptor,
    rows: &[u64],
    column: SerializedColumnWriter<'_>,
) -> Result<()> {
    match reader {
        ColumnReader::BoolColumnReader(reader) => copy_typed(reader, descriptor, rows, column),
        ColumnReader::Int32ColumnReader(reader) => copy_typed(reader, descriptor, rows, column),
        ColumnReader::Int64ColumnReader(reader) => copy_typed(reader, descriptor, rows, column),
        ColumnReader::Int96ColumnReader(reader) => copy_typed(reader, descriptor, rows, column),
        ColumnReader::FloatColumnReader(reader) => copy_typed(reader, descriptor, rows, column),
        ColumnReader::DoubleColumnReader(reader) => copy_typed(reader, descriptor, rows, column),
        ColumnReader::ByteArrayColumnReader(reader) => copy_typed(reader, descriptor, rows, column),
        ColumnReader::FixedLenByteArrayColumnReader(reader) => {
            copy_typed(reader, descriptor, rows, column)
        }
    }
}

/// Copies the values of chosen rows with their levels, so that nulls and lists come out as they were. A row begins at each
/// level of repetition 0 and has a value for each level of full definition.
fn copy_typed<T: DataType>(
    mut reader: ColumnReaderImpl<T>,
    descriptor: &ColumnDescriptor,
    rows: &[u64],
    mut column: SerializedColumnWriter<'_>,
) -> Result<()> {
    let (most_defined, most_repeated) = (descriptor.max_def_level(), descriptor.max_rep_level());
    let (mut values, mut defined, mut repeated) = (Vec::new(), Vec::new(), Vec::new());
    let mut chosen = rows.iter().copied().peekable();
    let mut row = 0_u64;
    while chosen.peek().is_some() {
        values.clear();
        defined.clear();
        repeated.clear();
        let (records, _, levels) =
            reader.read_records(BATCH, Some(&mut defined), Some(&mut repeated), &mut values)?;
        if records == 0 {
            return Err(ParquetError::EOF("rows are missing".to_owned()));
        }
        let (mut own, mut own_defined, mut own_repeated) = (Vec::new(), Vec::new(), Vec::new());
        let mut value = 0;
        let mut keep = false;
        for level in 0..levels {
            if most_repeated == 0 || repeated[level] == 0 {
                keep = chosen.next_if_eq(&row).is_some();
                row += 1;
            }
            let has_value = most_defined == 0 || defined[level] == most_defined;
            if keep {
                if has_value {
                    own.push(values[value].clone());
                }
                if most_defined > 0 {
                    own_defined.push(defined[level]);
                }
                if most_repeated > 0 {
                    own_repeated.push(repeated[level]);
                }
            }
            value += usize::from(has_value);
        }
        if own.is_empty() && own_defined.is_empty() {
            continue;
        }
        column.typed::<T>().write_batch(
            &own,
            (most_defined > 0).then_some(&own_defined[..]),
            (most_repeated > 0).then_some(&own_repeated[..]),
        )?;
    }
    column.close()
}
