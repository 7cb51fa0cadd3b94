"""Forms 35-44 of NĐ 163/2024/NĐ-CP filled from the register, as tables, XLSX and DOCX.

`extent` says which things belong, `register` reads them, `cells` says how each cell follows from a thing, `rows` how
things are grouped, `asks` what the register lacks; `table` describes the forms with these, `filling` fills them, `xlsx`
and `docx` write the files.
"""
