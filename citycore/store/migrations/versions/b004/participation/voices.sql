-- A picture is taken back by whoever sent it, and goes with an account and some time after the end of its case.
GRANT DELETE ON participation.case_files TO falaj_portal;
