// Stands in for `object-hash` in ink-table, whose rows are flat: texts by their columns.
export const sha1 = row => JSON.stringify(row);
