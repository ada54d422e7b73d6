//! Rows of a row group as JSON records.
//!
//! Columns of single values are read column by column, a batch of rows at a time; their strings stay in the page they
//! were decompressed to until they are written. Columns of lists and groups go through the library's row reader.

use std::collections::BTreeSet;
use std::sync::Arc;

use ::parquet::basic::{ConvertedType, LogicalType, TimeUnit, Type as Physical};
use ::parquet::column::reader::{ColumnReader, ColumnReaderImpl};
use ::parquet::data_type::{
    BoolType, ByteArray, ByteArrayType, DataType, DoubleType, FixedLenByteArray,
    FixedLenByteArrayType, FloatType, Int32Type, Int64Type, Int96, Int96Type,
};
use ::parquet::errors::Result;
use ::parquet::file::reader::{FileReader, RowGroupReader, SerializedFileReader};
use ::parquet::record::reader::{ReaderIter, TreeBuilder};
use ::parquet::record::{Field, Row};
use ::parquet::schema::types::{ColumnDescriptor, SchemaDescriptor, Type};

use super::super::decode::Decoder;
use super::super::json::write_string;

/// A row group that is read from its first row to its last.
pub(super) struct Rows {
    columns: Vec<Column>,
    decoder: Decoder,
    /// Columns found to hold what is no text.
    pub(super) binary: BTreeSet<String>,
}

/// One field of the records.
struct Column {
    name: String,
    /// The name as it stands in a record: quoted, with what stands before and after it.
    key: Vec<u8>,
    values: Values,
}

enum Values {
    Flat(Box<Flat>),
    /// Lists and groups; `None` past the last row.
    Nested(ReaderIter, Option<Row>),
}

/// A column that has one value a row, or none.
struct Flat {
    reader: Typed,
    meaning: Meaning,
    /// Level of a row that has a value.
    defined: i16,
    levels: Vec<i16>,
    /// Rows, and values, of the batch that are written.
    row: usize,
    value: usize,
}

/// A column's reader with the batch it read.
enum Typed {
    Bool(ColumnReaderImpl<BoolType>, Vec<bool>),
    Int32(ColumnReaderImpl<Int32Type>, Vec<i32>),
    Int64(ColumnReaderImpl<Int64Type>, Vec<i64>),
    Int96(ColumnReaderImpl<Int96Type>, Vec<Int96>),
    Float(ColumnReaderImpl<FloatType>, Vec<f32>),
    Double(ColumnReaderImpl<DoubleType>, Vec<f64>),
    Bytes(ColumnReaderImpl<ByteArrayType>, Vec<ByteArray>),
    Fixed(
        ColumnReaderImpl<FixedLenByteArrayType>,
        Vec<FixedLenByteArray>,
    ),
}

/// What a column's numbers or bytes stand for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Meaning {
    Plain,
    Unsigned,
    Date,
    /// Parts of a second, and whether the time is UTC.
    Timestamp(i64, bool),
    Time(i64),
    /// Digits after the point.
    Decimal(i32),
    Uuid,
}

impl Rows {
    pub(super) fn open(file: &SerializedFileReader<bytes::Bytes>, number: usize) -> Result<Self> {
        let group = file.get_row_group(number)?;
        let schema = group.metadata().schema_descr_ptr();
        let mut columns = Vec::new();
        for (at, field) in schema.root_schema().get_fields().iter().enumerate() {
            let mut key = if columns.is_empty() {
                Vec::new()
            } else {
                b", ".to_vec()
            };
            write_string(&mut key, field.name());
            key.extend_from_slice(b": ");
            let leaf =
                (0..schema.num_columns()).find(|&leaf| schema.get_column_root_idx(leaf) == at);
            let Some(leaf) = leaf else { continue };
            let descriptor = schema.column(leaf);
            let values = if field.is_primitive() && descriptor.max_rep_level() == 0 {
                let reader = typed(group.get_column_reader(leaf)?);
                Values::Flat(Box::new(Flat {
                    reader,
                    meaning: meaning(&descriptor),
                    defined: descriptor.max_def_level(),
                    levels: Vec::new(),
                    row: 0,
                    value: 0,
                }))
            } else {
                nested(&*group, schema.root_schema(), field.clone())?
            };
            columns.push(Column {
                name: field.name().to_owned(),
                key,
                values,
            });
        }
        Ok(Self {
            columns,
            decoder: Decoder::new(),
            binary: BTreeSet::new(),
        })
    }

    /// Appends up to `rows` records to `out`, each with its line end, and says how many. Texts in another encoding go to
    /// `assumed`: the row in the batch, and the encoding.
    pub(super) fn read(
        &mut self,
        rows: usize,
        out: &mut Vec<u8>,
        assumed: &mut Vec<(usize, &'static str)>,
    ) -> Result<usize> {
        let mut got = None;
        for column in &mut self.columns {
            if let Values::Flat(flat) = &mut column.values {
                let read = flat.fill(rows)?;
                let same = *got.get_or_insert(read) == read;
                if !same {
                    return Err(::parquet::errors::ParquetError::General(format!(
                        "the column `{}` has fewer or more rows than others",
                        column.name
                    )));
                }
            }
        }
        let mut written = 0;
        for row in 0..got.unwrap_or(rows) {
            let start = out.len();
            out.push(b'{');
            let mut missing = false;
            for column in &mut self.columns {
                out.extend_from_slice(&column.key);
                match &mut column.values {
                    Values::Flat(flat) => {
                        let written = flat.write(out, &mut self.decoder);
                        if let Written::Binary = written {
                            self.binary.insert(column.name.clone());
                        } else if let Written::Decoded(encoding) = written {
                            assumed.push((row, encoding));
                        }
                    }
                    Values::Nested(iterator, present) => {
                        *present = iterator.next().transpose()?;
                        match present {
                            Some(row) => match row.get_column_iter().next() {
                                Some((_, field)) => write_field(out, field),
                                None => out.extend_from_slice(b"null"),
                            },
                            None => missing = true,
                        }
                    }
                }
            }
            if missing {
                out.truncate(start);
                break;
            }
            out.extend_from_slice(b"}\n");
            written += 1;
        }
        Ok(written)
    }
}

fn nested(group: &dyn RowGroupReader, root: &Type, field: Arc<Type>) -> Result<Values> {
    let projection = Type::group_type_builder(root.name())
        .with_fields(vec![field])
        .build()?;
    let projection = Arc::new(SchemaDescriptor::new(Arc::new(projection)));
    let rows = TreeBuilder::new().as_iter(projection, group)?;
    Ok(Values::Nested(rows, None))
}

fn typed(reader: ColumnReader) -> Typed {
    match reader {
        ColumnReader::BoolColumnReader(reader) => Typed::Bool(reader, Vec::new()),
        ColumnReader::Int32ColumnReader(reader) => Typed::Int32(reader, Vec::new()),
        ColumnReader::Int64ColumnReader(reader) => Typed::Int64(reader, Vec::new()),
        ColumnReader::Int96ColumnReader(reader) => Typed::Int96(reader, Vec::new()),
        ColumnReader::FloatColumnReader(reader) => Typed::Float(reader, Vec::new()),
        ColumnReader::DoubleColumnReader(reader) => Typed::Double(reader, Vec::new()),
        ColumnReader::ByteArrayColumnReader(reader) => Typed::Bytes(reader, Vec::new()),
        ColumnReader::FixedLenByteArrayColumnReader(reader) => Typed::Fixed(reader, Vec::new()),
    }
}

fn meaning(column: &ColumnDescriptor) -> Meaning {
    let parts = |unit: &TimeUnit| match unit {
        TimeUnit::MILLIS => 1_000,
        TimeUnit::MICROS => 1_000_000,
        TimeUnit::NANOS => 1_000_000_000,
    };
    match column.logical_type_ref() {
        Some(LogicalType::Date) => return Meaning::Date,
        Some(LogicalType::Timestamp(about)) => {
            return Meaning::Timestamp(parts(&about.unit), about.is_adjusted_to_u_t_c);
        }
        Some(LogicalType::Time(about)) => return Meaning::Time(parts(&about.unit)),
        Some(LogicalType::Decimal(about)) => return Meaning::Decimal(about.scale),
        Some(LogicalType::Integer(about)) if !about.is_signed => return Meaning::Unsigned,
        Some(LogicalType::Uuid) => return Meaning::Uuid,
        _ => {}
    }
    match column.converted_type() {
        ConvertedType::DATE => Meaning::Date,
        ConvertedType::TIMESTAMP_MILLIS => Meaning::Timestamp(1_000, true),
        ConvertedType::TIMESTAMP_MICROS => Meaning::Timestamp(1_000_000, true),
        ConvertedType::TIME_MILLIS => Meaning::Time(1_000),
        ConvertedType::TIME_MICROS => Meaning::Time(1_000_000),
        ConvertedType::DECIMAL => Meaning::Decimal(column.type_scale()),
        ConvertedType::UINT_8
        | ConvertedType::UINT_16
        | ConvertedType::UINT_32
        | ConvertedType::UINT_64 => Meaning::Unsigned,
        _ if column.physical_type() == Physical::INT96 => Meaning::Timestamp(1_000_000_000, true),
        _ => Meaning::Plain,
    }
}

/// How a value was written.
enum Written {
    AsIs,
    /// It is text in this encoding.
    Decoded(&'static str),
    /// It is no text, so that there is `null` in its place.
    Binary,
}

impl Flat {
    /// Reads the next batch of up to `rows` rows and says how many there are.
    fn fill(&mut self, rows: usize) -> Result<usize> {
        (self.row, self.value) = (0, 0);
        let levels = &mut self.levels;
        match &mut self.reader {
            Typed::Bool(reader, values) => fill(reader, values, levels, rows),
            Typed::Int32(reader, values) => fill(reader, values, levels, rows),
            Typed::Int64(reader, values) => fill(reader, values, levels, rows),
            Typed::Int96(reader, values) => fill(reader, values, levels, rows),
            Typed::Float(reader, values) => fill(reader, values, levels, rows),
            Typed::Double(reader, values) => fill(reader, values, levels, rows),
            Typed::Bytes(reader, values) => fill(reader, values, levels, rows),
            Typed::Fixed(reader, values) => fill(reader, values, levels, rows),
        }
    }

    /// Writes the value of the next row of the batch.
    fn write(&mut self, out: &mut Vec<u8>, decoder: &mut Decoder) -> Written {
        let has_value = self.defined == 0 || self.levels.get(self.row) == Some(&self.defined);
        self.row += 1;
        if !has_value {
            out.extend_from_slice(b"null");
            return Written::AsIs;
        }
        let at = self.value;
        self.value += 1;
        let meaning = self.meaning;
        match &self.reader {
            Typed::Bool(_, values) => {
                let word: &[u8] = if values[at] { b"true" } else { b"false" };
                out.extend_from_slice(word);
            }
            Typed::Int32(_, values) => write_integer(out, values[at].into(), meaning, 32),
            Typed::Int64(_, values) => write_integer(out, values[at], meaning, 64),
            Typed::Int96(_, values) => {
                write_timestamp(out, values[at].to_nanos(), 1_000_000_000, true)
            }
            Typed::Float(_, values) => write_json(out, &values[at]),
            Typed::Double(_, values) => write_json(out, &values[at]),
            Typed::Bytes(_, values) => {
                return write_bytes(out, values[at].data(), meaning, decoder);
            }
            Typed::Fixed(_, values) => {
                return write_bytes(out, values[at].data(), meaning, decoder);
            }
        }
        Written::AsIs
    }
}

fn fill<T: DataType>(
    reader: &mut ColumnReaderImpl<T>,
    values: &mut Vec<T::T>,
    levels: &mut Vec<i16>,
    rows: usize,
) -> Result<usize> {
    values.clear();
    levels.clear();
    let (rows, _, _) = reader.read_records(rows, Some(levels), None, values)?;
    Ok(rows)
}

fn write_json<T: serde::Serialize>(out: &mut Vec<u8>, value: &T) {
    serde_json::to_writer(out, value).expect("a number can always be written to memory");
}

fn write_integer(out: &mut Vec<u8>, value: i64, meaning: Meaning, bits: u32) {
    match meaning {
        Meaning::Date => write_date(out, value),
        Meaning::Timestamp(parts, utc) => write_timestamp(out, value, parts, utc),
        Meaning::Time(parts) => write_time(out, value, parts),
        Meaning::Decimal(scale) => write_decimal(out, value.into(), scale),
        Meaning::Unsigned => {
            // The same bits, read without a sign.
            let mask = if bits == 32 {
                u64::from(u32::MAX)
            } else {
                u64::MAX
            };
            write_json(out, &(value.cast_unsigned() & mask));
        }
        Meaning::Plain | Meaning::Uuid => write_json(out, &value),
    }
}

/// Days since 1970 as `YYYY-MM-DD`; the number where no calendar reaches.
fn write_date(out: &mut Vec<u8>, days: i64) {
    let day = jiff::Span::new()
        .try_days(days)
        .and_then(|span| jiff::civil::date(1970, 1, 1).checked_add(span));
    match day {
        Ok(day) => write_string(out, &day.to_string()),
        Err(_) => write_json(out, &days),
    }
}

/// A time since 1970 in parts of a second as RFC 3339, without a zone where it has none.
fn write_timestamp(out: &mut Vec<u8>, value: i64, parts: i64, utc: bool) {
    let nanoseconds = i128::from(value) * i128::from(1_000_000_000 / parts);
    match jiff::Timestamp::from_nanosecond(nanoseconds) {
        Ok(time) if utc => write_string(out, &time.to_string()),
        Ok(time) => {
            let civil = time.to_zoned(jiff::tz::TimeZone::UTC).datetime();
            write_string(out, &civil.to_string());
        }
        Err(_) => write_json(out, &value),
    }
}

fn write_time(out: &mut Vec<u8>, value: i64, parts: i64) {
    let nanoseconds = value.checked_mul(1_000_000_000 / parts);
    let time = nanoseconds.and_then(|nanoseconds| {
        jiff::civil::Time::midnight()
            .checked_add(jiff::SignedDuration::from_nanos(nanoseconds))
            .ok()
    });
    match time {
        Some(time) => write_string(out, &time.to_string()),
        None => write_json(out, &value),
    }
}

/// A whole number with so many digits after the point.
fn write_decimal(out: &mut Vec<u8>, value: i128, scale: i32) {
    let digits = value.unsigned_abs().to_string();
    let scale = usize::try_from(scale).unwrap_or(0).min(100);
    let digits = format!("{digits:0>width$}", width = scale + 1);
    let (whole, part) = digits.split_at(digits.len() - scale);
    if value < 0 {
        out.push(b'-');
    }
    out.extend_from_slice(whole.as_bytes());
    if !part.is_empty() {
        out.push(b'.');
        out.extend_from_slice(part.as_bytes());
    }
}

fn write_bytes(
    out: &mut Vec<u8>,
    bytes: &[u8],
    meaning: Meaning,
    decoder: &mut Decoder,
) -> Written {
    match meaning {
        Meaning::Decimal(scale) if !bytes.is_empty() && bytes.len() <= 16 => {
            // Two's complement, the highest byte first.
            let sign = if bytes[0] >= 0x80 { 0xff } else { 0 };
            let mut wide = [sign; 16];
            wide[16 - bytes.len()..].copy_from_slice(bytes);
            write_decimal(out, i128::from_be_bytes(wide), scale);
            Written::AsIs
        }
        Meaning::Uuid if bytes.len() == 16 => {
            let mut text = String::with_capacity(36);
            for (at, byte) in bytes.iter().enumerate() {
                if matches!(at, 4 | 6 | 8 | 10) {
                    text.push('-');
                }
                text.push_str(&format!("{byte:02x}"));
            }
            write_string(out, &text);
            Written::AsIs
        }
        _ => match std::str::from_utf8(bytes) {
            Ok(text) => {
                write_string(out, text);
                Written::AsIs
            }
            Err(_) if is_binary(bytes) => {
                out.extend_from_slice(b"null");
                Written::Binary
            }
            Err(_) => {
                let (text, encoding) = decoder.text(bytes);
                write_string(out, &text);
                encoding.map_or(Written::AsIs, Written::Decoded)
            }
        },
    }
}

/// Whether bytes that are not UTF-8 are no text in another encoding either: pictures, hashes, packed numbers.
fn is_binary(bytes: &[u8]) -> bool {
    let front = &bytes[..bytes.len().min(1024)];
    let controls = front
        .iter()
        .filter(|&&byte| byte < 9 || (14..32).contains(&byte) || byte == 127)
        .count();
    controls * 50 > front.len()
}

/// A value of a list or group.
fn write_field(out: &mut Vec<u8>, field: &Field) {
    match field {
        Field::Null => out.extend_from_slice(b"null"),
        Field::Bool(value) => write_json(out, value),
        Field::Byte(value) => write_json(out, value),
        Field::Short(value) => write_json(out, value),
        Field::Int(value) => write_json(out, value),
        Field::Long(value) => write_json(out, value),
        Field::UByte(value) => write_json(out, value),
        Field::UShort(value) => write_json(out, value),
        Field::UInt(value) => write_json(out, value),
        Field::ULong(value) => write_json(out, value),
        Field::Float16(value) => write_json(out, &value.to_f32()),
        Field::Float(value) => write_json(out, value),
        Field::Double(value) => write_json(out, value),
        Field::Str(text) => write_string(out, text),
        Field::Bytes(bytes) => match bytes.as_utf8() {
            Ok(text) => write_string(out, text),
            Err(_) => out.extend_from_slice(b"null"),
        },
        Field::Date(days) => write_date(out, (*days).into()),
        Field::TimestampMillis(value) => write_timestamp(out, *value, 1_000, true),
        Field::TimestampMicros(value) => write_timestamp(out, *value, 1_000_000, true),
        Field::TimeMillis(value) => write_time(out, (*value).into(), 1_000),
        Field::TimeMicros(value) => write_time(out, *value, 1_000_000),
        Field::Group(row) => {
            out.push(b'{');
            for (at, (name, field)) in row.get_column_iter().enumerate() {
                if at > 0 {
                    out.extend_from_slice(b", ");
                }
                write_string(out, name);
                out.extend_from_slice(b": ");
                write_field(out, field);
            }
            out.push(b'}');
        }
        Field::ListInternal(list) => {
            out.push(b'[');
            for (at, field) in list.elements().iter().enumerate() {
                if at > 0 {
                    out.extend_from_slice(b", ");
                }
                write_field(out, field);
            }
            out.push(b']');
        }
        Field::MapInternal(map) => {
            out.push(b'{');
            for (at, (key, value)) in map.entries().iter().enumerate() {
                if at > 0 {
                    out.extend_from_slice(b", ");
                }
                match key {
                    Field::Str(key) => write_string(out, key),
                    other => write_string(out, &other.to_string()),
                }
                out.extend_from_slice(b": ");
                write_field(out, value);
            }
            out.push(b'}');
        }
        Field::Decimal(_) => write_string(out, &field.to_string()),
    }
}
