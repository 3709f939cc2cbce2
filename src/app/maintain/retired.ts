/**
 * The app id under which a table's log counts the rows that retention took out, as a `txn` version:
 * the total since the table was made, changed in the same commit as the files.
 */
export const RETIRED = 'headrig.retired-rows'
