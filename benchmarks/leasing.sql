-- A close of the leasing programme in SQL. Every amount is exact: bigint, and numeric where bigints are added up.
-- Tables: member (position, referrer, rank, units, counting, month_units, agent, carry, strikes),
-- lot (place, position, base, remaining, released, opened_on).

-- What time releases, and what of it lies beyond the price.
CREATE UNLOGGED TABLE open_lot AS
SELECT place, position, due AS released, greatest(least(due, released + due - base), 0) AS beyond,
       CASE WHEN opened_on < {day} THEN remaining - due ELSE 0 END AS held
FROM (
    SELECT *, CASE WHEN {month_end} AND opened_on <= {first_of_month}
                   THEN least(remaining, CASE WHEN opened_on > {young} THEN base * 3 / 100 ELSE base * 5 / 100 END)
                   ELSE 0 END AS due
    FROM lot
    WHERE remaining > 0
) lots;

CREATE UNLOGGED TABLE own AS
SELECT member.*, coalesce(released, 0) AS released, coalesce(beyond, 0) * 20 / 100 AS second, coalesce(held, 0) AS held,
       units > 0 AND EXISTS (
           SELECT FROM member referred WHERE referred.referrer = member.position AND referred.units > 0
       ) AS sells
FROM member
LEFT JOIN (
    SELECT position, sum(released)::bigint AS released, sum(beyond)::bigint AS beyond, sum(held)::bigint AS held
    FROM open_lot GROUP BY position
) of_lots USING (position);

ANALYZE open_lot, own;

-- Everybody's units walk up to the root. `high` is the highest amount met, `met` whether an agent was.
CREATE UNLOGGED TABLE team AS
WITH RECURSIVE walk AS (
    SELECT above.position, above.referrer, below.units, below.counting, below.month_units, below.sells::int AS sells,
           ({amounts}::int[])[above.rank + 1] AS high, ({amounts}::int[])[above.rank + 1] AS gain,
           below.agent OR above.agent AS met, above.agent AND NOT below.agent AS sold
    FROM own below
    JOIN member above ON above.position = below.referrer
    WHERE below.units > 0 OR below.month_units > 0
    UNION ALL
    SELECT above.position, above.referrer, walk.units, walk.counting, walk.month_units, walk.sells,
           greatest(walk.high, ({amounts}::int[])[above.rank + 1]),
           greatest(({amounts}::int[])[above.rank + 1] - walk.high, 0),
           walk.met OR above.agent, above.agent AND NOT walk.met
    FROM walk
    JOIN member above ON above.position = walk.referrer
)
SELECT position, sum(units)::bigint AS units, sum(counting)::bigint AS counting, sum(sells)::bigint AS sellers,
       sum(gain * counting)::bigint AS differential, coalesce(sum(month_units) FILTER (WHERE sold), 0)::bigint AS sold
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
SELECT climb.position, sum(team.differential)::bigint * 10 / 100 AS peer
FROM climb
JOIN team ON team.position = climb.below
WHERE climb.met = climb.rank
GROUP BY climb.position;

-- What each member is entitled to and what it has sold, and which rank its team reaches.
CREATE UNLOGGED TABLE wish AS
SELECT own.position, own.released, own.second, own.held, own.rank AS old_rank, own.agent, own.carry, own.strikes,
       CASE WHEN own.rank > 0 THEN coalesce(team.differential, 0) ELSE 0 END AS differential,
       coalesce(peer.peer, 0) AS peer,
       own.counting + coalesce(team.counting, 0) AS weight,
       CASE WHEN {month_end} AND own.agent THEN own.month_units + coalesce(team.sold, 0) ELSE 0 END AS sold,
       CASE WHEN own.agent AND team.sellers >= {sellers} AND team.units >= {units_below} THEN (
           SELECT coalesce(max(number), 0)
           FROM unnest({units}::bigint[], {own_units}::bigint[]) WITH ORDINALITY AS rows (needed, needed_own, number)
           WHERE own.units + team.units >= needed AND own.units >= needed_own
       ) ELSE 0 END AS rank
FROM own
LEFT JOIN team USING (position)
LEFT JOIN peer USING (position);

ANALYZE wish;

-- Paid in this order, as far as the own lots hold, the dividend shared out, and agents reviewed.
CREATE UNLOGGED TABLE settled_member AS
SELECT position, released, second,
       least(differential, held) AS differential,
       least(differential + peer, held) - least(differential, held) AS peer,
       differential - least(differential, held) AS blocked_differential,
       peer - (least(differential + peer, held) - least(differential, held)) AS blocked_peer,
       rank, sold,
       CASE WHEN shares THEN div({fund}::numeric * weight, everybody)::bigint ELSE 0 END AS dividend,
       CASE WHEN NOT ({month_end} AND agent) THEN carry WHEN missed >= 3 THEN 0 ELSE short END AS carry,
       CASE WHEN NOT ({month_end} AND agent) THEN strikes WHEN missed >= 3 THEN 0 ELSE missed END AS strikes,
       (CASE WHEN {month_end} THEN agent AND missed < 3 ELSE agent END)::int AS agent
FROM (
    SELECT *, CASE WHEN short > 0 THEN strikes + 1 ELSE 0 END AS missed,
           sum(weight) FILTER (WHERE shares) OVER () AS everybody
    FROM (
        SELECT *, CASE WHEN agent THEN greatest(100 + carry - sold, 0) ELSE 0 END AS short,
               {month_end} AND old_rank >= 3 AND weight >= 10000 AS shares
        FROM wish
    ) reviewed
) shared;

-- Drawn from the oldest lot first.
CREATE UNLOGGED TABLE settled_lot AS
SELECT place, released, greatest(least(held, wanted - held_before), 0) AS drawn
FROM (
    SELECT open_lot.place, open_lot.released, open_lot.held, wish.differential + wish.peer AS wanted,
           sum(open_lot.held) OVER (PARTITION BY open_lot.position ORDER BY open_lot.place) - open_lot.held AS held_before
    FROM open_lot
    JOIN wish USING (position)
) draws
