"""The pages, a file for each subject: parse, call one function, show."""
