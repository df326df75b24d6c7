//! A hub with nodes around it, and the links between them, each of which can be cut.
//!
//! In network namespaces each node has a network of its own, and a link is a pair of virtual interfaces that is put down.
//! On loopback, where a machine does not allow namespaces, a link is a forwarder that stops forwarding.

use crate::node::PROGRAM;
use std::io::{Read, Write};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicBool, Ordering::SeqCst};
use std::sync::{Arc, Mutex};

/// How nodes reach each other. Place 0 is the hub, the others are around it.
pub(crate) trait Links {
    /// What serves the node of a place from its folder.
    fn serve(&self, place: usize, data: &Path) -> Command;
    /// Where the node of a place is reached by its neighbour: a node by the hub, the hub by a node.
    fn address(&self, place: usize, by: usize) -> String;
    /// Cuts a node off from the hub.
    fn cut(&self, place: usize);
    /// Joins them again.
    fn heal(&self, place: usize);
}

fn serve(mut command: Command, data: &Path, http: &str, peers: &str) -> Command {
    command.arg("serve").arg("--data").arg(data).args(["--listen", http, "--peer-listen", peers]);
    command
}

/// Nodes on loopback, with a forwarder on every way.
pub(crate) struct Loopback {
    ports: Vec<u16>,
    /// Of each node: the way to it, and its way to the hub.
    ways: Vec<[Way; 2]>,
}

/// A forwarder of connections in one direction.
struct Way {
    port: u16,
    is_cut: Arc<AtomicBool>,
    open: Arc<Mutex<Vec<TcpStream>>>,
}

fn free_port() -> u16 {
    TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port()
}

impl Loopback {
    pub(crate) fn around_a_hub(nodes: usize) -> Self {
        let ports: Vec<u16> = (0..=nodes).map(|_| free_port()).collect();
        let ways = (1..=nodes).map(|place| [Way::to(ports[place]), Way::to(ports[0])]).collect();
        Self { ports, ways }
    }
}

impl Links for Loopback {
    fn serve(&self, place: usize, data: &Path) -> Command {
        serve(Command::new(PROGRAM), data, "127.0.0.1:0", &format!("127.0.0.1:{}", self.ports[place]))
    }

    fn address(&self, place: usize, by: usize) -> String {
        let way = if place == 0 { &self.ways[by - 1][1] } else { &self.ways[place - 1][0] };
        format!("127.0.0.1:{}", way.port)
    }

    fn cut(&self, place: usize) {
        for way in &self.ways[place - 1] {
            way.is_cut.store(true, SeqCst);
            for stream in way.open.lock().unwrap().drain(..) {
                let _ = stream.shutdown(Shutdown::Both);
            }
        }
    }

    fn heal(&self, place: usize) {
        self.ways[place - 1].iter().for_each(|way| way.is_cut.store(false, SeqCst));
    }
}

impl Way {
    fn to(target: u16) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let (is_cut, open) = (Arc::new(AtomicBool::new(false)), Arc::new(Mutex::new(Vec::new())));
        let way = Self { port, is_cut: is_cut.clone(), open: open.clone() };
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                if is_cut.load(SeqCst) {
                    continue;
                }
                let Ok(onward) = TcpStream::connect(("127.0.0.1", target)) else { continue };
                for (from, to) in [(&stream, &onward), (&onward, &stream)] {
                    let (from, to) = (from.try_clone().unwrap(), to.try_clone().unwrap());
                    std::thread::spawn(move || forward(from, to));
                }
                open.lock().unwrap().extend([stream, onward]);
            }
        });
        way
    }
}

fn forward(mut from: TcpStream, mut to: TcpStream) {
    let mut bytes = [0; 16 * 1024];
    while let Ok(read @ 1..) = from.read(&mut bytes) {
        if to.write_all(&bytes[..read]).is_err() {
            break;
        }
    }
    let _ = to.shutdown(Shutdown::Both);
}

/// Nodes in network namespaces of their own; they go with the value.
pub(crate) struct Namespaces {
    nodes: usize,
    /// Before the names of namespaces and interfaces: those of other runs are others.
    prefix: String,
}

/// Where nodes listen for each other in their own namespaces.
const PEERS: u16 = 7443;

fn ip(arguments: &str) -> Result<(), String> {
    let mut command = Command::new("ip");
    let output = command.args(arguments.split_whitespace()).stdin(Stdio::null()).output();
    match output {
        Err(error) => Err(format!("`ip` cannot be run ({error}): install iproute2")),
        Ok(output) if !output.status.success() => {
            Err(format!("`ip {arguments}`: {}", String::from_utf8_lossy(&output.stderr).trim()))
        }
        Ok(_) => Ok(()),
    }
}

impl Namespaces {
    /// Makes the namespaces and their links; says why where this machine or this account does not allow it.
    pub(crate) fn around_a_hub(nodes: usize) -> Result<Self, String> {
        // An interface's name has at most fifteen letters.
        let made = Self { nodes, prefix: format!("cs{:x}", std::process::id() % 0xffff) };
        for place in 0..=nodes {
            let name = made.name(place);
            ip(&format!("netns add {name}"))?;
            ip(&format!("-n {name} link set lo up"))?;
            // How the trial itself reaches the node: this link is never cut.
            made.link(place, "m", None, format!("10.213.{}", 100 + place))?;
        }
        for place in 1..=nodes {
            made.link(place, "p", Some(0), format!("10.213.{place}"))?;
        }
        Ok(made)
    }

    fn name(&self, place: usize) -> String {
        format!("{}n{place}", self.prefix)
    }

    /// A pair of interfaces: `.2` in the namespace of the place, `.1` in another one or outside of all.
    fn link(&self, place: usize, kind: &str, other: Option<usize>, net: String) -> Result<(), String> {
        let (inner, outer) = (format!("{}{kind}{place}i", self.prefix), format!("{}{kind}{place}o", self.prefix));
        ip(&format!("link add {outer} type veth peer name {inner}"))?;
        ip(&format!("link set {inner} netns {}", self.name(place)))?;
        let outside = match other {
            Some(other) => {
                ip(&format!("link set {outer} netns {}", self.name(other)))?;
                format!("-n {} ", self.name(other))
            }
            None => String::new(),
        };
        ip(&format!("-n {} address add {net}.2/30 dev {inner}", self.name(place)))?;
        ip(&format!("-n {} link set {inner} up", self.name(place)))?;
        ip(&format!("{outside}address add {net}.1/30 dev {outer}"))?;
        ip(&format!("{outside}link set {outer} up"))
    }

    fn set(&self, place: usize, state: &str) {
        ip(&format!("-n {} link set {}p{place}i {state}", self.name(place), self.prefix)).unwrap();
    }
}

impl Links for Namespaces {
    fn serve(&self, place: usize, data: &Path) -> Command {
        let mut command = Command::new("ip");
        command.args(["netns", "exec", &self.name(place), PROGRAM]);
        serve(command, data, &format!("10.213.{}.2:8080", 100 + place), &format!("0.0.0.0:{PEERS}"))
    }

    fn address(&self, place: usize, by: usize) -> String {
        if place == 0 { format!("10.213.{by}.1:{PEERS}") } else { format!("10.213.{place}.2:{PEERS}") }
    }

    fn cut(&self, place: usize) {
        self.set(place, "down");
    }

    fn heal(&self, place: usize) {
        self.set(place, "up");
    }
}

impl Drop for Namespaces {
    fn drop(&mut self) {
        for place in 0..=self.nodes {
            // The interfaces in it go with it, and so do their other ends.
            let _ = ip(&format!("netns del {}", self.name(place)));
            let _ = ip(&format!("link del {}m{place}o", self.prefix));
        }
    }
}
