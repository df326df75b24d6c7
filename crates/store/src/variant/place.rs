//! Where variants lie, and which variants lie somewhere.
//!
//! Small exact changes are found by their rows in `variant_allele`, everything else by its rows in `variant_place`,
//! which lie in bins of UCSC's scheme: each stretch in the smallest bin that holds it, so that a question looks into
//! the few bins that overlap it on each of five levels and never walks a chromosome.

use super::LONG;
use crate::dialect::{Connection, Database};
use crate::entry::AsOf;
use crate::error::StoreError;
use crate::insert::{rows, select_in};
use crate::serial::VariantSerial;
use crate::word::{parse, read_word, word};
use cairn_variant::assembly::Assembly;
use cairn_variant::contig::Contig;
use cairn_variant::interbase::Interval;
use cairn_variant::place::{BadPlace, Carried, Event, Place, bounds};
use sqlx::QueryBuilder;
use std::collections::HashMap;

/// A stretch of a chromosome to look in, interbase.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Region {
    /// The assembly.
    pub assembly: Assembly,
    /// The chromosome.
    pub contig: Contig,
    /// From.
    pub start: u64,
    /// To.
    pub end: u64,
}

/// A place with the VRS identifier of the variant on its assembly.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlacedAs {
    /// Where.
    pub place: Place,
    /// VRS identifier on this assembly.
    pub vrs_id: Option<String>,
}

/// Bits of a position within the smallest bin; each level above has eight times the width.
const SMALLEST: u32 = 17;
/// First number of each level, the smallest bins first.
const LEVELS: [u64; 5] = [585, 73, 9, 1, 0];

/// The smallest bin that holds a stretch.
fn bin_of(stretch: Interval) -> u64 {
    let (first, last) = (stretch.start(), stretch.end().max(stretch.start() + 1) - 1);
    let on_level = |level: usize| {
        let shift = SMALLEST + 3 * level as u32;
        (first >> shift == last >> shift).then(|| LEVELS[level] + (first >> shift))
    };
    (0..LEVELS.len()).find_map(on_level).unwrap_or(0)
}

/// The bins of each level that a stretch overlaps or touches: first and last.
fn bins_over(start: u64, end: u64) -> [(u64, u64); 5] {
    let first = start.saturating_sub(1);
    std::array::from_fn(|level| {
        let shift = SMALLEST + 3 * level as u32;
        (LEVELS[level] + (first >> shift), LEVELS[level] + (end >> shift))
    })
}

#[derive(sqlx::FromRow)]
struct Row {
    variant_id: VariantSerial,
    assembly: String,
    contig: i64,
    outer_start: Option<i64>,
    inner_start: Option<i64>,
    inner_end: Option<i64>,
    outer_end: Option<i64>,
    event: String,
    copies_least: Option<i64>,
    copies_most: Option<i64>,
    carried: Option<String>,
    vrs_id: Option<String>,
}

impl Row {
    fn read(self) -> Result<(VariantSerial, PlacedAs), StoreError> {
        let damaged = |_: BadPlace| StoreError::damaged("variant_place", "bounds");
        let contig = usize::try_from(self.contig).ok().and_then(Contig::from_rank);
        let contig = contig.ok_or_else(|| StoreError::damaged("variant_place", "contig rank"))?;
        let assembly: Assembly = parse("variant_place", &self.assembly)?;
        let position = |number: Option<i64>| number.map(i64::unsigned_abs);
        let start = bounds(position(self.outer_start), position(self.inner_start)).map_err(damaged)?;
        let end = bounds(position(self.inner_end), position(self.outer_end)).map_err(damaged)?;
        let number = |copies: Option<i64>| copies.and_then(|copies| u32::try_from(copies).ok());
        let copies = number(self.copies_least).map(|least| (least, number(self.copies_most)));
        let event = Event::from_word(&self.event, copies);
        let event = event.ok_or_else(|| StoreError::damaged("variant_place", "event"))?;
        let mut place = Place::new(contig.on(assembly), start, end, event).map_err(damaged)?;
        if let Some(carried) = self.carried {
            place = place.carried_over(read_word::<Carried>("variant_place", &carried)?);
        }
        Ok((self.variant_id, PlacedAs { place, vrs_id: self.vrs_id }))
    }
}

/// Where these variants lie, each with its places in order: GRCh38 first.
pub async fn places(
    connection: &mut Connection,
    serials: &[VariantSerial],
) -> Result<HashMap<VariantSerial, Vec<PlacedAs>>, StoreError> {
    let rows: Vec<Row> = select_in(
        connection,
        |query| {
            query.push(
                "/* variant::places */
                SELECT variant_id, assembly, contig, outer_start, inner_start, inner_end, outer_end,
                    event, copies_least, copies_most, carried, vrs_id
                FROM variant_place WHERE variant_id IN",
            );
        },
        serials,
        |query| {
            query.push(" ORDER BY variant_id, assembly DESC, ordinal");
        },
    )
    .await?;
    let mut found: HashMap<VariantSerial, Vec<PlacedAs>> = HashMap::new();
    for row in rows {
        let (serial, placed) = row.read()?;
        found.entry(serial).or_default().push(placed);
    }
    Ok(found)
}

/// Adds where variants lie on assemblies they had no place on; known places stay.
pub async fn add_places(
    connection: &mut Connection,
    places: &[(VariantSerial, &[PlacedAs])],
) -> Result<(), StoreError> {
    let mut numbered: Vec<(VariantSerial, i64, &PlacedAs)> = Vec::new();
    for (serial, placed) in places {
        let mut counts: HashMap<Assembly, i64> = HashMap::new();
        for one in *placed {
            let ordinal = counts.entry(one.place.contig().assembly).or_insert(0);
            *ordinal += 1;
            numbered.push((*serial, *ordinal, one));
        }
    }
    rows(
        connection,
        "/* variant::add_places */
        INSERT INTO variant_place (variant_id, assembly, ordinal, contig, outer_start, inner_start, inner_end,
            outer_end, first_pos, last_pos, bin, event, copies_least, copies_most, carried, vrs_id)",
        16,
        " ON CONFLICT DO NOTHING",
        &numbered,
        |row, (serial, ordinal, PlacedAs { place, vrs_id })| {
            let number = |position: Option<u64>| position.map(|position| position as i64);
            let (contig, widest, copies) = (place.contig(), place.widest(), place.event().copies());
            row.push_bind(*serial)
                .push_bind(contig.assembly.name())
                .push_bind(*ordinal)
                .push_bind(contig.contig.rank() as i64)
                .push_bind(number(place.start().least()))
                .push_bind(number(place.start().most()))
                .push_bind(number(place.end().least()))
                .push_bind(number(place.end().most()))
                .push_bind(widest.start() as i64)
                .push_bind(widest.end() as i64)
                .push_bind(bin_of(widest) as i64)
                .push_bind(place.event().word())
                .push_bind(copies.map(|(least, _)| i64::from(least)))
                .push_bind(copies.and_then(|(_, most)| most).map(i64::from))
                .push_bind(place.carried().map(|carried| word(&carried)))
                .push_bind(vrs_id.clone());
        },
    )
    .await
}

/// A page of the variants of any kind that overlap or touch a region, after mergers, in the order of the chromosome,
/// each with its first position; from after such a pair.
pub async fn in_region(
    connection: &mut Connection,
    region: Region,
    as_of: AsOf,
    after: (u64, VariantSerial),
    limit: u32,
) -> Result<Vec<(VariantSerial, u64)>, StoreError> {
    let mut query = QueryBuilder::<Database>::new(
        "/* variant::in_region */
        SELECT v.variant_id, a.first_pos FROM (SELECT a.variant_id, MIN(a.first_pos) AS first_pos FROM (",
    );
    push_small(&mut query, region);
    query.push(" UNION ALL ");
    push_levels(&mut query, "variant_id, first_pos", region);
    query.push(") a GROUP BY a.variant_id) a JOIN variant v ON v.variant_id = a.variant_id WHERE v.merged_into IS NULL AND v.entry_id <= ");
    query.push_bind(as_of.bound());
    query.push(" AND (a.first_pos, v.variant_id) > (").push_bind(after.0 as i64).push(", ").push_bind(after.1);
    query.push(") ORDER BY a.first_pos, v.variant_id LIMIT 0 + ").push_bind(i64::from(limit));
    let rows: Vec<(VariantSerial, i64)> = query.build_query_as().fetch_all(connection).await?;
    Ok(rows.into_iter().map(|(serial, first)| (serial, first.unsigned_abs())).collect())
}

/// The variants with a place of their own, other than one, that overlap a place on its assembly: after mergers, each
/// with the place that does; at most `limit`.
pub async fn overlapping(
    connection: &mut Connection,
    place: &Place,
    other_than: VariantSerial,
    as_of: AsOf,
    limit: u32,
) -> Result<Vec<(VariantSerial, PlacedAs)>, StoreError> {
    let (contig, widest) = (place.contig(), place.widest());
    let region = Region { assembly: contig.assembly, contig: contig.contig, start: widest.start(), end: widest.end() };
    let mut query = QueryBuilder::<Database>::new("/* variant::overlapping */ SELECT a.* FROM (");
    push_levels(&mut query, "*", region);
    query.push(") a JOIN variant v ON v.variant_id = a.variant_id WHERE v.merged_into IS NULL AND v.entry_id <= ");
    query.push_bind(as_of.bound()).push(" AND v.variant_id <> ").push_bind(other_than);
    query.push(" ORDER BY a.first_pos, v.variant_id, a.ordinal LIMIT 0 + ").push_bind(i64::from(limit));
    let rows: Vec<Row> = query.build_query_as().fetch_all(connection).await?;
    rows.into_iter().map(Row::read).collect()
}

/// The variants with a place of their own that reach into a region and are not recorded as touching a gene: after
/// mergers, in the order of the chromosome; at most `limit`.
pub async fn reaching_into(
    connection: &mut Connection,
    region: Region,
    other_than_gene: &str,
    as_of: AsOf,
    limit: u32,
) -> Result<Vec<VariantSerial>, StoreError> {
    let mut query = QueryBuilder::<Database>::new("/* variant::reaching_into */ SELECT v.variant_id FROM (");
    push_levels(&mut query, "variant_id", region);
    query.push(") a JOIN variant v ON v.variant_id = a.variant_id WHERE v.merged_into IS NULL AND v.entry_id <= ");
    query.push_bind(as_of.bound());
    query.push(" AND NOT EXISTS (SELECT 1 FROM variant_gene g WHERE g.variant_id = v.variant_id AND g.gene = ");
    query.push_bind(other_than_gene.to_owned());
    query.push(") ORDER BY v.variant_id LIMIT 0 + ").push_bind(i64::from(limit));
    let mut found: Vec<VariantSerial> = query.build_query_scalar().fetch_all(connection).await?;
    found.dedup();
    Ok(found)
}

/// The small exact changes: short ones begin within the reach of a short one, long ones have an index of their own.
fn push_small(query: &mut QueryBuilder<Database>, region: Region) {
    let (assembly, contig) = (region.assembly.name(), region.contig.rank() as i64);
    let (start, end) = (region.start as i64, region.end as i64);
    query.push("SELECT variant_id, start_pos AS first_pos FROM variant_allele WHERE is_long = 0 AND assembly = ");
    query.push_bind(assembly).push(" AND contig = ").push_bind(contig).push(" AND start_pos >= ");
    query.push_bind(region.start.saturating_sub(LONG) as i64).push(" AND start_pos <= ").push_bind(end);
    query.push(" AND end_pos >= ").push_bind(start);
    query.push(" UNION ALL SELECT variant_id, start_pos FROM variant_allele WHERE is_long = 1 AND assembly = ");
    query.push_bind(assembly).push(" AND contig = ").push_bind(contig).push(" AND start_pos <= ").push_bind(end);
    query.push(" AND end_pos >= ").push_bind(start);
}

/// The places that overlap or touch a region, level by level of the bins.
fn push_levels(query: &mut QueryBuilder<Database>, columns: &'static str, region: Region) {
    for (level, bins) in bins_over(region.start, region.end).into_iter().enumerate() {
        if level > 0 {
            query.push(" UNION ALL ");
        }
        query.push("SELECT ").push(columns).push(" FROM variant_place WHERE ");
        push_binned(query, region, bins);
    }
}

/// The condition of one level of bins.
fn push_binned(query: &mut QueryBuilder<Database>, region: Region, (first, last): (u64, u64)) {
    query.push("assembly = ").push_bind(region.assembly.name());
    query.push(" AND contig = ").push_bind(region.contig.rank() as i64);
    query.push(" AND bin BETWEEN ").push_bind(first as i64).push(" AND ").push_bind(last as i64);
    query.push(" AND first_pos <= ").push_bind(region.end as i64);
    query.push(" AND last_pos >= ").push_bind(region.start as i64);
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A stretch lies in a bin that every region overlapping it looks into.
    #[test]
    fn whatever_overlaps_is_looked_for_in_its_bin() {
        let edges =
            [0, 1, 131_071, 131_072, 131_073, 1_048_575, 1_048_576, 8_388_608, 67_108_864, 67_108_865, 248_956_422];
        let pairs = || edges.iter().flat_map(|a| edges.iter().filter(move |b| a <= *b).map(move |b| (*a, *b)));
        for (start, end) in pairs() {
            let bin = bin_of(Interval::new(start, end).expect("ordered"));
            for (from, to) in pairs().filter(|(from, to)| *from <= end && start <= *to) {
                let looked = bins_over(from, to).iter().any(|(first, last)| (*first..=*last).contains(&bin));
                assert!(looked, "{start}-{end} in {bin} from {from}-{to}");
            }
        }
    }

    #[test]
    fn the_bins_are_those_of_the_published_scheme() {
        let bin = |start, end| bin_of(Interval::new(start, end).expect("ordered"));
        assert_eq!((bin(0, 100), bin(0, 131_073), bin(131_072, 131_073)), (585, 73, 586));
        assert_eq!((bin(0, 9_000_000), bin(0, 70_000_000)), (1, 0));
    }
}
