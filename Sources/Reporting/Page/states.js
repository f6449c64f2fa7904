// The states of sockets as bars beside the columns of their hosts. The kernel is asked again and again, and never tells by
// itself: between two answers that differ the bar is a thin line.

const STATES = {
  SYN_SENT: "opening", SYN_RECV: "opening", NEW_SYN_RECV: "opening", ESTABLISHED: "open",
  FIN_WAIT1: "closing", FIN_WAIT2: "closing", CLOSE_WAIT: "closing", LAST_ACK: "closing", CLOSING: "closing",
  TIME_WAIT: "waiting", CLOSE: "waiting", gone: "gone",
};
const BAR = 7, LANE = 20, NAMED = 86;

// The lanes beside each column: how many are shown, and how much room they take.
function laneRoom(ladder, width) {
  const isNarrow = width < PHONE;
  const own = ladder.hosts.map((_, host) => lanesOf(ladder).filter((lane) => lane.host === host));
  const most = isNarrow ? 2 : 5;
  return own.map((lanes, host) => {
    const isOuter = host === 0 || host === ladder.hosts.length - 1;
    // Half of them would say nothing of the rest.
    const shown = isOuter && lanes.length <= most ? lanes : [];
    const isNamed = shown.length === 1 && !isNarrow;
    return { lanes: shown, left: lanes.length - shown.length, isNamed, width: !shown.length ? 0 : isNamed ? NAMED : shown.length * LANE + 2 };
  });
}

function lanesOf(ladder) {
  return (ladder.states || []).map(([host, connection, ...rest]) => {
    const states = [];
    for (let index = 0; index < rest.length; index += 3) {
      states.push({ name: rest[index], at: rest[index + 1], unseenSince: rest[index + 2] });
    }
    return { host, connection, states };
  });
}

// `way`: -1 left of the column, 1 right of it.
function stateShapes(room, column, way, axis, bottom) {
  return room.lanes.map((lane, index) => {
    const x = column + way * (room.isNamed ? 8 : 9 + index * LANE);
    let free = -Infinity;
    const shapes = lane.states.map((state, place) => {
      if (state.name === "gone") return null;
      const next = lane.states[place + 1];
      const top = axis.at(state.at);
      const end = next ? axis.at(next.at) : bottom;
      const sure = next ? Math.max(top + 2, axis.at(Math.max(next.unseenSince, state.at))) : bottom;
      const middle = x + (way * BAR) / 2;
      const words = `${lane.connection ? `${lane.connection}: ` : ""}${state.name} from ${fixed(Math.max(0, state.at))} s`
        + (next ? ` to ${fixed(next.at)} s` : " on");
      return [
        end - sure > 1 ? svg("line", { class: "unseen", x1: middle, x2: middle, y1: sure, y2: end }) : null,
        svg("rect", {
          class: `state ${STATES[state.name] || "open"} ${lane.side || ""}`, x: way > 0 ? x : x - BAR, width: BAR, y: top, height: Math.max(2, sure - top), rx: 2,
        }, svg("title", {}, words)),
        label(state, top, end, middle),
      ];
    });
    function label(state, top, end, middle) {
      if (room.isNamed) {
        const y = Math.max(top + 9, free + 13);
        // A name that would stand far below its state would be read as the next one's.
        if (y > Math.max(end, top + 14)) return null;
        free = y;
        return svg("text", { class: "name", x: x + way * (BAR + 4), y, "text-anchor": way > 0 ? "start" : "end" }, state.name);
      }
      const brief = state.name === "ESTABLISHED" ? "ESTAB" : state.name;
      const whole = room.lanes.length > 1 && lane.connection && !lane.side ? [`${lane.connection} ${state.name}`] : [];
      const text = [...whole, state.name, brief].find((one) => one.length * 6.4 + 6 < end - top);
      if (!text) return null;
      const place = `translate(${middle + way * (BAR / 2 + 6) + (way > 0 ? 5 : 3)} ${top + 3}) rotate(-90)`;
      return svg("text", { class: `name ${lane.side || ""}`, transform: place, "text-anchor": "end" }, text);
    }
    return shapes;
  });
}

// The same as a table: exact, and complete where a bar is too short for its name.
function stateTable(ladder) {
  const lanes = lanesOf(ladder).filter((lane) => lane.states.length);
  if (!lanes.length) return null;
  return html("details", {}, html("summary", {}, `▸ States of ${lanes.length === 1 ? "the socket" : `${lanes.length} sockets`}`),
    table(["host", "connection", "state", "from", "looked before at"], lanes.flatMap((lane) => lane.states.map((state, index) => cells([
      index ? "" : ladder.hosts[lane.host], index ? "" : lane.connection || "–", state.name, `${fixed(Math.max(0, state.at))} s`,
      state.unseenSince < 0 ? "–" : `${fixed(Math.max(0, state.unseenSince))} s`,
    ])))));
}
