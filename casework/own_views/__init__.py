"""What somebody has arranged to see on the dashboards, under a name: theirs alone, or shared by a link."""
