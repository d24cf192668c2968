"""Document forms and what is made of them: DOCX, PDF/A, papers, packs, and the reading of PDF files."""
