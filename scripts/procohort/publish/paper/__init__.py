"""What goes into a manuscript: tables, a methods and a results paragraph, in Word and LaTeX."""
