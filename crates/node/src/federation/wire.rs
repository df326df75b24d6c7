//! Frames: a message with its length before it, in four bytes, the highest first.

use std::io::{Error, ErrorKind};
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};

/// The largest message that a peer may send.
pub(super) const LARGEST: usize = 16 << 20;

/// Sends a message.
pub(super) async fn send(stream: &mut (impl AsyncWrite + Unpin), message: &[u8]) -> Result<(), Error> {
    let too_large = |_| Error::new(ErrorKind::InvalidData, "the message is too large");
    let length = u32::try_from(message.len()).map_err(too_large)?;
    stream.write_all(&length.to_be_bytes()).await?;
    stream.write_all(message).await?;
    stream.flush().await
}

/// The next message; `None` when the other side has ended.
pub(super) async fn receive(stream: &mut (impl AsyncRead + Unpin)) -> Result<Option<Vec<u8>>, Error> {
    let mut length = [0; 4];
    match stream.read_exact(&mut length).await {
        Ok(_) => {}
        Err(error) if error.kind() == ErrorKind::UnexpectedEof => return Ok(None),
        Err(error) => return Err(error),
    }
    let length = u32::from_be_bytes(length) as usize;
    if length > LARGEST {
        return Err(Error::new(ErrorKind::InvalidData, "the peer announced a message that is too large"));
    }
    // Memory grows with what arrives, not with what was announced.
    let mut message = Vec::new();
    stream.take(length as u64).read_to_end(&mut message).await?;
    match message.len() == length {
        true => Ok(Some(message)),
        false => Err(ErrorKind::UnexpectedEof.into()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn messages_come_one_by_one_and_a_cut_one_is_an_error() {
        let (mut here, mut there) = tokio::io::duplex(64);
        let sending = tokio::spawn(async move {
            send(&mut here, b"one").await.unwrap();
            send(&mut here, &[7; 1000]).await.unwrap();
            here.write_all(&[0, 0, 0, 9, 1]).await.unwrap();
        });
        assert_eq!(receive(&mut there).await.unwrap().as_deref(), Some(b"one".as_slice()));
        assert_eq!(receive(&mut there).await.unwrap().map(|m| m.len()), Some(1000));
        assert!(receive(&mut there).await.is_err());
        sending.await.unwrap();
    }

    #[tokio::test]
    async fn an_announcement_of_gigabytes_is_refused() {
        assert!(receive(&mut [0xff_u8; 8].as_slice()).await.is_err());
    }
}
