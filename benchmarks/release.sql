-- One day of the release programme in SQL. Every amount is exact: bigint, and numeric where bigints are added up.
-- Tables: member (position, referrer, rank, volume), lot (place, position, base, remaining, opened_on).

-- What time releases.
CREATE UNLOGGED TABLE open_lot AS
SELECT place, position, least(remaining, base * {daily_num} / {daily_den}) AS released,
       remaining - least(remaining, base * {daily_num} / {daily_den}) AS held
FROM lot
WHERE opened_on < {day} AND remaining > 0;

CREATE UNLOGGED TABLE released AS
SELECT member.position, member.referrer, member.rank, member.volume,
       coalesce(own.released, 0) AS released, coalesce(own.held, 0) AS held
FROM member
LEFT JOIN (
    SELECT position, sum(released)::bigint AS released, sum(held)::bigint AS held FROM open_lot GROUP BY position
) own USING (position);

ANALYZE open_lot, released;

-- Everybody's releases and volume walk up to the root. `high` is the highest rate met on the way.
CREATE UNLOGGED TABLE team AS
WITH RECURSIVE walk AS (
    SELECT above.position, above.referrer, below.released, below.volume,
           ({rates}::int[])[above.rank + 1] AS high,
           ({rates}::int[])[above.rank + 1] AS gain
    FROM released below
    JOIN member above ON above.position = below.referrer
    WHERE below.released > 0 OR below.volume > 0
    UNION ALL
    SELECT above.position, above.referrer, walk.released, walk.volume,
           greatest(walk.high, ({rates}::int[])[above.rank + 1]),
           greatest(({rates}::int[])[above.rank + 1] - walk.high, 0)
    FROM walk
    JOIN member above ON above.position = walk.referrer
)
SELECT position, sum(released)::bigint AS released, sum(volume)::bigint AS volume,
       sum(gain * released)::bigint AS differential
FROM walk
GROUP BY position;

ANALYZE team;

-- Each ranked member looks up for the nearest of at least its rank.
CREATE UNLOGGED TABLE peer AS
WITH RECURSIVE climb AS (
    SELECT below.position AS below, below.rank, above.position, above.referrer, above.rank AS met
    FROM member below
    JOIN member above ON above.position = below.referrer
    WHERE below.rank > 0
    UNION ALL
    SELECT climb.below, climb.rank, above.position, above.referrer, above.rank
    FROM climb
    JOIN member above ON above.position = climb.referrer
    WHERE climb.met < climb.rank
)
SELECT climb.position, sum(team.released)::bigint AS released
FROM climb
JOIN team ON team.position = climb.below
WHERE climb.met = climb.rank
GROUP BY climb.position;

-- What each member is entitled to, before it is cut.
CREATE UNLOGGED TABLE wish AS
WITH child AS (
    SELECT referrer AS position, sum(released)::bigint AS released FROM released WHERE referrer >= 0 GROUP BY referrer
), grandchild AS (
    SELECT member.referrer AS position, sum(child.released)::bigint AS released
    FROM child
    JOIN member USING (position)
    WHERE member.referrer >= 0
    GROUP BY member.referrer
), base AS (
    SELECT own.position, own.released, own.held,
           coalesce(child.released, 0) * {first_num} AS first, coalesce(grandchild.released, 0) * {second_num} AS second,
           CASE WHEN own.rank > 0 THEN coalesce(team.differential, 0) ELSE 0 END AS differential,
           coalesce(peer.released, 0) * {peer_num} AS peer
    FROM released own
    LEFT JOIN child USING (position)
    LEFT JOIN grandchild USING (position)
    LEFT JOIN team USING (position)
    LEFT JOIN peer USING (position)
)
SELECT position, released, held,
       first / {first_den} AS first, second / {second_den} AS second,
       differential / {rank_den} AS differential, peer / {peer_den} AS peer,
       first % {first_den} AS first_rest, second % {second_den} AS second_rest,
       differential % {rank_den} AS differential_rest, peer % {peer_den} AS peer_rest
FROM base;

-- The second-largest leg.
CREATE UNLOGGED TABLE found AS
SELECT position, (SELECT count(*) FROM unnest({volumes}::bigint[]) needed WHERE needed <= leg) AS rank
FROM (
    SELECT member.referrer AS position, member.volume + coalesce(team.volume, 0) AS leg,
           row_number() OVER (
               PARTITION BY member.referrer ORDER BY member.volume + coalesce(team.volume, 0) DESC
           ) AS place
    FROM member
    LEFT JOIN team USING (position)
    WHERE member.referrer >= 0
) legs
WHERE place = 2;

ANALYZE wish, found;

-- Paid in this order, as far as the own lots hold.
CREATE UNLOGGED TABLE settled_member AS
SELECT position, released,
       least(first, held) AS paid_first,
       least(first + second, held) - least(first, held) AS paid_second,
       least(first + second + differential, held) - least(first + second, held) AS paid_differential,
       least(first + second + differential + peer, held) - least(first + second + differential, held) AS paid_peer,
       first, second, differential, peer, first_rest, second_rest, differential_rest, peer_rest,
       coalesce(found.rank, 0) AS rank
FROM wish
LEFT JOIN found USING (position);

-- Drawn from the oldest lot first.
CREATE UNLOGGED TABLE settled_lot AS
SELECT place, released, greatest(least(held, wanted - held_before), 0) AS drawn
FROM (
    SELECT open_lot.place, open_lot.released, open_lot.held,
           wish.first + wish.second + wish.differential + wish.peer AS wanted,
           sum(open_lot.held) OVER (PARTITION BY open_lot.position ORDER BY open_lot.place) - open_lot.held AS held_before
    FROM open_lot
    JOIN wish USING (position)
) draws
