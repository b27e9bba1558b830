"""The data of a subject: labelled arrays as they were measured, and the table that a claim sees of them."""
