"""Measuring: gold read from files, answers and hits scored against it, tables and a page of what came out.

gold      questions, labels and concepts that should be found, checked line by line
score     one question against its answer and its hits; means over groups of questions
measures  concepts found, statements a rule, search legs, confidence against truth
fitting   logistic weights near given ones, cross-validated;  judge  those of the judge of answers
fusion    shares of the search legs, fitted and cross-validated
charts    inline SVG;  report  one HTML file;  tables  what a terminal shows
"""
