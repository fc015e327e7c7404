# ruff: noqa: S608  every part of these statements is a constant of ours
"""Looking through the whole register for records that may be one organisation: the nightly list.

Only records that share something are compared: a number, a postcode, a name, a website or an email address. Groups
larger than any one organisation's records are left alone: an office that many use, the site of a national body.
"""

from datetime import datetime

from django.db import connection, transaction
from django.utils import timezone

from .likeness import core
from .models import Pair

Reason = Pair.Reason
SCORES = {
    Reason.NUMBER: 0.98,
    Reason.SAME_NAME_NEARBY: 0.95,
    Reason.NAME_NEARBY: 0.5,  # and half of the likeness
    Reason.SAME_NAME: 0.7,
    Reason.WEBSITE: 0.45,
    Reason.EMAIL: 0.45,
}
EACH_MORE = 0.1  # for every further reason
LIKE_ENOUGH = 0.55  # of names in the same postcode
SAME = 0.99
MOST_IN_A_POSTCODE = 60
MOST_THAT_SHARE = 6  # a name, a website, an address
LOCK = 4_120_881  # one look at a time

# Records that are compared at all, with what is compared of them.
RECORDS = f"""
CREATE TEMPORARY TABLE looked_at AS
SELECT id, postcode, split_part(postcode, ' ', 1) AS district, {core("name_sort")} AS core,
    regexp_replace(name_sort, '[^0-9]', '', 'g') AS digits,
    CASE WHEN website = '' THEN '' ELSE
        regexp_replace(regexp_replace(lower(website), '^https?://(www\\.)?', ''), '/+$', '') END AS site
FROM organisations_organisation WHERE merged_into_id IS NULL
"""
INDEXES = "CREATE INDEX ON looked_at (id); ANALYZE looked_at"
FOUND = """
CREATE TEMPORARY TABLE found (first bigint, second bigint, reason varchar(16), score float)
"""

NUMBERS = f"""
INSERT INTO found
SELECT DISTINCT least(a.organisation_id, b.organisation_id), greatest(a.organisation_id, b.organisation_id),
    '{Reason.NUMBER}', {SCORES[Reason.NUMBER]}
FROM organisations_identifier a JOIN organisations_identifier b
    ON ltrim(regexp_replace(upper(a.number), '[^A-Z0-9]', '', 'g'), '0')
     = ltrim(regexp_replace(upper(b.number), '[^A-Z0-9]', '', 'g'), '0')
    AND a.organisation_id <> b.organisation_id
JOIN looked_at x ON x.id = a.organisation_id JOIN looked_at y ON y.id = b.organisation_id
WHERE a.scheme = 'XI-PORTAL' AND length(a.number) > 5
"""
POSTCODES = f"""
INSERT INTO found
SELECT first, second, CASE WHEN alike >= {SAME} THEN '{Reason.SAME_NAME_NEARBY}' ELSE '{Reason.NAME_NEARBY}' END,
    CASE WHEN alike >= {SAME} THEN {SCORES[Reason.SAME_NAME_NEARBY]}
    ELSE {SCORES[Reason.NAME_NEARBY]} + alike / 2.5 END
FROM (
    SELECT a.id AS first, b.id AS second, similarity(a.core, b.core) AS alike
    FROM looked_at a JOIN looked_at b ON a.postcode = b.postcode AND a.id < b.id
    WHERE a.postcode <> '' AND NOT (a.digits <> '' AND b.digits <> '' AND a.digits <> b.digits)
    AND a.postcode IN (SELECT postcode FROM looked_at GROUP BY postcode HAVING count(*) BETWEEN 2 AND {MOST_IN_A_POSTCODE})
) near WHERE alike >= {LIKE_ENOUGH}
"""
NAMES = f"""
INSERT INTO found
SELECT a.id, b.id, '{Reason.SAME_NAME}', {SCORES[Reason.SAME_NAME]}
FROM looked_at a JOIN looked_at b ON a.core = b.core AND a.id < b.id
WHERE a.postcode <> b.postcode AND (a.district = b.district OR a.postcode = '' OR b.postcode = '')
AND a.core IN (SELECT core FROM looked_at GROUP BY core HAVING count(*) BETWEEN 2 AND {MOST_THAT_SHARE})
"""
NAMES_WITHOUT_PLACE = f"""
INSERT INTO found
SELECT a.id, b.id, '{Reason.SAME_NAME}', {SCORES[Reason.SAME_NAME]}
FROM looked_at a JOIN looked_at b ON a.core = b.core AND a.id < b.id
WHERE a.postcode = '' AND b.postcode = ''
AND a.core IN (SELECT core FROM looked_at GROUP BY core HAVING count(*) BETWEEN 2 AND {MOST_THAT_SHARE})
"""
WEBSITES = f"""
INSERT INTO found
SELECT a.id, b.id, '{Reason.WEBSITE}', {SCORES[Reason.WEBSITE]} + similarity(a.core, b.core) / 2.5
FROM looked_at a JOIN looked_at b ON a.site = b.site AND a.id < b.id
WHERE a.site IN (SELECT site FROM looked_at WHERE site <> '' GROUP BY site HAVING count(*) BETWEEN 2 AND {MOST_THAT_SHARE})
"""
EMAILS = f"""
WITH held AS (
    SELECT DISTINCT lower(value) AS address, organisation_id AS id FROM organisations_contact WHERE channel = 'email'
), shared AS (SELECT address FROM held GROUP BY address HAVING count(*) BETWEEN 2 AND {MOST_THAT_SHARE})
INSERT INTO found
SELECT x.id, y.id, '{Reason.EMAIL}', {SCORES[Reason.EMAIL]} + similarity(a.core, b.core) / 2.5
FROM held x JOIN held y ON x.address = y.address AND x.id < y.id
JOIN looked_at a ON a.id = x.id JOIN looked_at b ON b.id = y.id
WHERE x.address IN (SELECT address FROM shared)
"""

# Told apart by an officer (also where one was since merged into a third), or tied to each other as two.
APART = """
DELETE FROM found f USING duplicates_distinction d
    JOIN organisations_organisation x ON x.id = d.first_id JOIN organisations_organisation y ON y.id = d.second_id
WHERE d.withdrawn_at IS NULL
AND f.first = least(coalesce(x.merged_into_id, x.id), coalesce(y.merged_into_id, y.id))
AND f.second = greatest(coalesce(x.merged_into_id, x.id), coalesce(y.merged_into_id, y.id))
"""
TIED = """
DELETE FROM found f USING organisations_link l WHERE l.ends_on IS NULL
AND f.first = least(l.from_organisation_id, l.to_organisation_id)
AND f.second = greatest(l.from_organisation_id, l.to_organisation_id)
"""
GATHERED = f"""
CREATE TEMPORARY TABLE gathered AS
SELECT first, second, least(max(score) + {EACH_MORE} * (count(*) - 1), 1) AS score,
    array_agg(reason ORDER BY score DESC, reason) AS reasons
FROM (SELECT first, second, reason, max(score) AS score FROM found GROUP BY 1, 2, 3) once GROUP BY first, second
"""
KEEP = """
INSERT INTO duplicates_pair (first_id, second_id, reasons, score, found_at)
SELECT first, second, reasons, score, %s FROM gathered
ON CONFLICT (first_id, second_id) DO UPDATE SET reasons = excluded.reasons, score = excluded.score
WHERE duplicates_pair.reasons <> excluded.reasons OR duplicates_pair.score <> excluded.score
"""
FORGET = """
DELETE FROM duplicates_pair p
WHERE NOT EXISTS (SELECT 1 FROM gathered g WHERE g.first = p.first_id AND g.second = p.second_id)
"""
BLOCKS = (NUMBERS, POSTCODES, NAMES, NAMES_WITHOUT_PLACE, WEBSITES, EMAILS)


@transaction.atomic
def find_pairs(*, now: datetime | None = None) -> int:
    """Make the list of likely pairs anew; returns how many there are. A look that is already under way is enough."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [LOCK])
        if not cursor.fetchone()[0]:
            return Pair.objects.count()
        for sql in (RECORDS, INDEXES, FOUND, *BLOCKS, APART, TIED, GATHERED):
            cursor.execute(sql)
        cursor.execute(KEEP, [now or timezone.now()])
        cursor.execute(FORGET)
        cursor.execute("DROP TABLE looked_at, found, gathered")
    return Pair.objects.count()
