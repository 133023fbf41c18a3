"""Two small files of figures for the demonstration county: one good, one faulty."""

HEAD = "indicator,area,period,value,denominator,status\n"

GOOD_FILE = (
    HEAD
    + "exploitation-referrals,Pan-Lancashire,Q4 2021/22,23,,\n"
    + "killed-or-seriously-injured,Burnley,Q4 2021/22,11,,provisional\n"
).encode()

FAULTY_FILE = (
    HEAD
    + "exploitation-referrals,Pan-Lancashire,Q5 2021/22,23,,\n"
    + "killed-or-seriously-injured,Rosendale,Q4 2021/22,-4,,\n"
    + "killed-or-seriously-injured,Burnley,Q4 2021/22,lots,,\n"
    + "killed-or-seriously-injured,Preston,Q4 2021/22,9,,\n"
    + "killed-or-seriously-injured,Preston,Q4 2021/22,10,,\n"
).encode()

# The name of a table, its header and what its columns are.
KEPT_TABLE = (
    "Fire service, quarterly",
    ["District", "Quarter", "Deliberate fires"],
    ["area", "period", "of:burglary"],
)

UNKNOWN_FILE = (
    b"Ambulance service, our own count\n\n"
    b"District,Financial year,Quarter,Call-outs\n"
    b"Burnley,2021/22,Q4,14\n"
    b"Preston,2021/22,Q4,23\n"
)
