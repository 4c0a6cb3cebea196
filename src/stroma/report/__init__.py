"""Results to what a person signs and a program reads: HTML, its JSON twin, a workbook, tables."""
