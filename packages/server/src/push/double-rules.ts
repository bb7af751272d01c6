// By which rule a person was asked, as it stands with the fields of a conflict: whoever decides, and whoever explains, goes by it.

/** Somebody else holds this already. */
export const uniqueRule = 'unique@1'
/** It is there already under another record, which is what is decided about. */
export const twiceRule = 'twice@1'
/** It may be the same as one that is there. Nothing is made until a person says. */
export const alikeRule = 'alike@1'
/** With those that are there it would go round in a circle. Nothing is made until a person says. */
export const circleRule = 'circle@1'
