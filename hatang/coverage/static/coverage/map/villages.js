// Villages of a run at a threshold: who is served, who is left out and how many people that is, what changed.
const [PK, NAME, COMMUNE, LON, LAT, PEOPLE, LEVEL, PERCENT, SERVED_UP_TO] = [0, 1, 2, 3, 4, 5, 6, 7, 8];
const ROUNDING = 1e-6;

export const number = (value, decimals = 0) => value.toLocaleString("vi-VN", { maximumFractionDigits: decimals });
export const isServed = (row, threshold) => row[SERVED_UP_TO] !== null && row[SERVED_UP_TO] >= threshold - ROUNDING;
export const villageOf = (row) => ({ pk: row[PK], name: row[NAME], commune: row[COMMUNE], people: row[PEOPLE], level: row[LEVEL], percent: row[PERCENT] });

export async function fetchVillages(address) {
  const response = await fetch(address);
  if (!response.ok) throw new Error(`${response.status}`);
  return (await response.json()).villages;
}

// A village's place among the classes of people, the largest first; the last one is for those of unknown people.
export function peopleClass(people, classes) {
  if (people === null) return classes.length - 1;
  return classes.findIndex(([, least]) => least !== null && people >= least);
}

export function features(rows, threshold, classes) {
  return rows.map((row) => ({
    type: "Feature",
    geometry: { type: "Point", coordinates: [row[LON], row[LAT]] },
    properties: { pk: row[PK], name: row[NAME], served: isServed(row, threshold), gap: peopleClass(row[PEOPLE], classes) },
  }));
}

export function tally(rows) {
  return { villages: rows.length, people: rows.reduce((sum, row) => sum + (row[PEOPLE] ?? 0), 0) };
}

// Of villages that both sides computed: those served after and not before, and the other way round.
export function changes(before, after, thresholds) {
  const had = new Map(before.map((row) => [row[PK], isServed(row, thresholds.before)]));
  const common = after.filter((row) => had.has(row[PK]));
  const now = (row) => isServed(row, thresholds.after);
  return {
    gained: common.filter((row) => now(row) && !had.get(row[PK])),
    lost: common.filter((row) => !now(row) && had.get(row[PK])),
  };
}

export function changeFeatures({ gained, lost }) {
  const of = (rows, change) => rows.map((row) => ({ type: "Feature", geometry: { type: "Point", coordinates: [row[LON], row[LAT]] }, properties: { pk: row[PK], change } }));
  return [...of(gained, "gained"), ...of(lost, "lost")];
}
